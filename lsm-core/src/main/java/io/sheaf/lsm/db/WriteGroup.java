package io.sheaf.lsm.db;

import java.util.ArrayList;
import java.util.List;
import org.jctools.queues.MessagePassingQueue;
import org.jctools.queues.varhandle.MpscUnboundedVarHandleArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * The batches that wait to be written, and those of them that are written together: from {@link
 * #gather} to {@link #end}. In between the group is the leader's; there is none at other times.
 *
 * <p><b>Thread safety.</b> {@link #await} may be called by any thread, the rest by who leads.
 */
final class WriteGroup {
  private static final int USUAL_BYTES = 1 << 20;
  private static final int QUEUE_CHUNK = 256;

  /** A batch that waits for its group. Its end is seen by who holds the lock of the leader. */
  static final class Waiting {
    private final WriteBatch batch;
    private final Durability durability;
    private final List<WriteCheck> checks;
    private boolean done;
    private @Nullable Throwable failure;
    private @Nullable WriteCondition unmet;

    private Waiting(WriteBatch batch, Durability durability, List<WriteCheck> checks) {
      this.batch = batch;
      this.durability = durability;
      this.checks = checks;
    }

    WriteBatch batch() {
      return batch;
    }

    Durability durability() {
      return durability;
    }

    /** What must hold for it to be written. */
    List<WriteCheck> checks() {
      return checks;
    }

    /** The condition that did not hold, so that it was not written; null: there is none. */
    @Nullable WriteCondition unmet() {
      return unmet;
    }

    /** Whether it was written or refused. */
    boolean isDone() {
      return done;
    }

    /** Why it was refused; null: it was not. */
    @Nullable Throwable failure() {
      return failure;
    }
  }

  private final MessagePassingQueue<Waiting> queue =
      new MpscUnboundedVarHandleArrayQueue<>(QUEUE_CHUNK);
  private final List<Waiting> batches = new ArrayList<>();
  private final long mostBytes;
  private long bytes;

  /**
   * Groups of what fits one record of the log.
   *
   * @param mostBytes what the batches of a group may have together; none has more by itself
   */
  WriteGroup(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  /** Puts a batch at the end of the queue. */
  Waiting await(WriteBatch batch, Durability durability, List<WriteCheck> checks) {
    Waiting waiting = new Waiting(batch, durability, checks);
    queue.offer(waiting);
    return waiting;
  }

  /** Takes the batches that wait, in their order, until there are enough for one group. */
  void gather() {
    assert batches.isEmpty() : "the group before was not ended";
    while (bytes < USUAL_BYTES) {
      Waiting next = queue.peek();
      if (next == null || (!batches.isEmpty() && bytes + next.batch.sizeBytes() > mostBytes)) {
        return;
      }
      queue.poll();
      batches.add(next);
      bytes += next.batch.sizeBytes();
    }
  }

  /** What is written together. */
  List<Waiting> batches() {
    return batches;
  }

  /**
   * Takes a batch out of the group and tells it that it is not written.
   *
   * @param unmet the condition that does not hold; null where that could not be told
   * @param failure why it could not be told; null: it was
   */
  void refuse(Waiting waiting, @Nullable WriteCondition unmet, @Nullable Throwable failure) {
    batches.remove(waiting);
    bytes -= waiting.batch.sizeBytes();
    waiting.unmet = unmet;
    waiting.failure = failure;
    waiting.done = true;
  }

  /** Bytes of the batches. */
  long bytes() {
    return bytes;
  }

  /**
   * Tells those of the group that they were written.
   *
   * @param failure why they were not; null: they were
   */
  void end(@Nullable Throwable failure) {
    for (Waiting waiting : batches) {
      waiting.failure = failure;
      waiting.done = true;
    }
    batches.clear();
    bytes = 0;
  }
}
