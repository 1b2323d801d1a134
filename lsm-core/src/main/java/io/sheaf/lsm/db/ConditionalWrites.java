package io.sheaf.lsm.db;

import io.sheaf.lsm.cursor.PointResult;
import io.sheaf.lsm.io.ClosedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Batches that are written only where their conditions hold: each condition is made a check against
 * a sequence number, which the leader of the write group does again when nothing can come between.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 *
 * <p><b>Source.</b> Kung and Robinson, "On optimistic methods for concurrency control", 1981:
 * backward validation.
 */
final class ConditionalWrites implements WriteAdmission.Changes {
  private final Health health;
  private final SnapshotList snapshots;
  private final LongSupplier lastSequence;
  private final ReadViews views;
  private final Reader reader;

  ConditionalWrites(
      Health health,
      SnapshotList snapshots,
      LongSupplier lastSequence,
      ReadViews views,
      Reader reader) {
    this.health = health;
    this.snapshots = snapshots;
    this.lastSequence = lastSequence;
    this.views = views;
    this.reader = reader;
  }

  /** See {@link Db#writeIf}. */
  @Nullable WriteCondition write(
      WriteQueue writes, WriteBatch batch, List<WriteCondition> conditions, Durability durability)
      throws IOException {
    while (true) {
      try (Snapshot now = snapshots.take(lastSequence)) {
        List<WriteCheck> checks = new ArrayList<>();
        for (WriteCondition condition : conditions) {
          switch (condition) {
            case WriteCondition.UnchangedSince unchanged -> {
              if (unchanged.snapshot().isClosed()) {
                throw new ClosedException("the snapshot of a condition");
              }
              checks.add(new WriteCheck(condition, unchanged.snapshot().sequence()));
            }
            case WriteCondition.Absent absent -> {
              if (isThere(absent, now.sequence())) {
                return absent;
              }
              checks.add(new WriteCheck(condition, now.sequence()));
            }
          }
        }
        WriteCondition unmet;
        if (batch.count() == 0) {
          health.checkWritable();
          unmet = firstChanged(checks);
        } else {
          unmet = writes.write(batch, durability, checks);
        }
        if (!(unmet instanceof WriteCondition.Absent)) {
          return unmet;
        }
      } // written since it was looked at: perhaps a delete
    }
  }

  @Override
  public boolean has(WriteCheck check) throws IOException {
    WriteCondition condition = check.condition();
    try (ReadView view = views.acquire()) {
      return reader.changedSince(
          view, condition.table().descriptor(), condition.key(), check.sequence());
    }
  }

  private @Nullable WriteCondition firstChanged(List<WriteCheck> checks) throws IOException {
    for (WriteCheck check : checks) {
      if (has(check)) {
        return check.condition();
      }
    }
    return null;
  }

  private boolean isThere(WriteCondition.Absent row, long sequence) throws IOException {
    health.checkOpen();
    PointResult result = reader.idleResult();
    try (ReadView view = views.acquire();
        result) {
      return reader.get(view, row.table().descriptor(), row.key(), sequence, result);
    } finally {
      reader.giveBack(result);
    }
  }
}
