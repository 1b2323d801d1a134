package io.sheaf.server.command;

import io.sheaf.server.wire.ReplyWriter;

/**
 * The replies to one client that must wait until a {@link WriteBurst} is written.
 *
 * <p><b>Thread safety.</b> One thread at a time.
 */
public final class PendingReplies {
  private final ReplyWriter reply;
  private final Runnable decided;
  private final Runnable resume;
  private boolean waits;
  private int mark;
  private int count;

  /**
   * Replies that are written to {@code reply}.
   *
   * @param decided is called when replies that waited stand, or errors in their place
   * @param resume is called, by any thread, when a command that could not get a lock may try again
   */
  public PendingReplies(ReplyWriter reply, Runnable decided, Runnable resume) {
    this.reply = reply;
    this.decided = decided;
    this.resume = resume;
  }

  /** Where replies go. */
  public ReplyWriter reply() {
    return reply;
  }

  Runnable resume() {
    return resume;
  }

  /** Whether replies wait. */
  public boolean waits() {
    return waits;
  }

  void beginToWait() {
    waits = true;
    mark = reply.mark();
    count = 0;
  }

  /** Says that a reply was written, which waits with the others. */
  void answered() {
    if (waits) {
      count++;
    }
  }

  /** Says that the last reply is not sent at all. */
  public void silenced() {
    if (waits) {
      count--;
    }
  }

  void replaceBy(String error) {
    reply.buffer().writerIndex(mark);
    for (int i = 0; i < count; i++) {
      reply.error(error);
    }
  }

  void decided() {
    waits = false;
    decided.run();
  }
}
