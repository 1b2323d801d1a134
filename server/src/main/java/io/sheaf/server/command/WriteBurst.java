package io.sheaf.server.command;

import io.sheaf.server.keyspace.KeyLocks;
import io.sheaf.server.keyspace.Keyspace;
import io.sheaf.server.keyspace.Transaction;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Commands that one worker executes one after another and writes together, as one batch of the
 * engine: those of one client that came together, and those of others that were ready at the same
 * time. Their replies are not sent before.
 *
 * <p>Locks are kept until then. A lock that is not free at once ends the burst, so that nobody
 * waits for a lock while holding another.
 *
 * <p><b>Thread safety.</b> One thread at a time.
 */
public final class WriteBurst {
  private static final int MOST_COMMANDS = 1_024;
  private static final long MOST_BYTES = 1 << 20;
  private static final long LONGEST_NANOS = 300_000;

  private final Keyspace keyspace;
  private final List<KeyLocks.Held> locks = new ArrayList<>();
  private final List<PendingReplies> participants = new ArrayList<>();
  private @Nullable Transaction rows;
  private int commands;
  private long bytes;
  private long begunNanos;

  WriteBurst(Keyspace keyspace) {
    this.keyspace = keyspace;
  }

  /** The rows as the burst has changed them; null: it has not begun. */
  @Nullable Transaction rows() {
    return rows;
  }

  /** Whether it has begun and is not yet written. */
  public boolean isOpen() {
    return rows != null;
  }

  /** Whether others may join: it is not large, and nobody has waited for it for long. */
  public boolean takesMore() {
    return rows != null && !isFull() && System.nanoTime() - begunNanos < LONGEST_NANOS;
  }

  boolean isFull() {
    Transaction joined = rows;
    return commands >= mostCommands()
        || bytes >= MOST_BYTES
        || (joined != null && joined.isLarge()); // others wait for that to end
  }

  /** One on a full device, where a delete would be refused together with what is set beside it. */
  private int mostCommands() {
    return keyspace.db().isShortOfSpace() ? 1 : MOST_COMMANDS;
  }

  /** Whether someone but {@code replies} waits for it. */
  boolean concernsOthersThan(PendingReplies replies) {
    return participants.size() > 1 || (participants.size() == 1 && !replies.waits());
  }

  /** Takes the locks of {@code places}; false: another has one of them, and nothing was taken. */
  boolean tryLock(long[] places) {
    KeyLocks.Held held = keyspace.locks().tryLock(places);
    if (held != null) {
      locks.add(held);
    }
    return held != null;
  }

  /** Waits for the locks of {@code places}; it holds none then. */
  void lock(long[] places) {
    locks.add(keyspace.locks().lock(places));
  }

  /** The rows, for a command that changes some; its locks are taken. */
  Transaction join(PendingReplies replies) {
    Transaction there = rows;
    if (there == null) {
      there = keyspace.begin();
      rows = there;
      commands = 0;
      bytes = 0;
      begunNanos = System.nanoTime();
    }
    if (!replies.waits()) {
      replies.beginToWait();
      participants.add(replies);
    }
    return there;
  }

  /** Counts a command. */
  void executed(long requestBytes) {
    commands++;
    bytes += requestBytes;
  }

  /** Writes all changes, and lets the locks go; the replies stand. */
  void commit() throws IOException {
    Transaction written = rows;
    if (written != null) {
      written.commit();
    }
    end();
  }

  /** Lets the locks go; nothing is written. Answers an error in place of each reply. */
  void abort(String error) {
    participants.forEach(replies -> replies.replaceBy(error));
    end();
  }

  private void end() {
    Transaction ended = rows;
    rows = null;
    if (ended != null) {
      ended.close();
    }
    for (int i = locks.size() - 1; i >= 0; i--) {
      locks.get(i).close();
    }
    locks.clear();
    List<PendingReplies> decided = List.copyOf(participants);
    participants.clear();
    decided.forEach(PendingReplies::decided);
  }
}
