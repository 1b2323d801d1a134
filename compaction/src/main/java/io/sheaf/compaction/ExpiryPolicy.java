package io.sheaf.compaction;

import io.sheaf.lsm.version.FileMetadata;
import io.sheaf.lsm.version.Run;
import io.sheaf.lsm.version.TableOptions;
import io.sheaf.lsm.version.TableState;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What to do with rows that are older than their table keeps them: files that hold nothing else go
 * whole and unread, files that hold mostly such rows are written anew without them.
 *
 * <p>A row without a write time, from before its table expired, never expires.
 *
 * <p>A file goes only together with all older files under its keys: its rows and deletes may hide
 * older versions there that have no write time, or that must not come back should the table keep
 * rows longer from tomorrow on. For the same reason a file that is written anew keeps deletes in
 * the place of its expired rows, see {@link io.sheaf.lsm.compact.RetentionCursor}.
 *
 * <p><b>Thread safety.</b> Stateless.
 */
final class ExpiryPolicy {
  private ExpiryPolicy() {}

  /**
   * Rows written at or before this moment are gone, milliseconds since the epoch; 0 where the table
   * keeps rows for ever.
   */
  static long expiredUpTo(TableOptions options, long nowMillis) {
    return options.expires() ? Math.max(0, nowMillis - options.ttlMillis()) : 0;
  }

  /** Files that hold expired rows only, to be dropped; null where there are none. */
  static Compaction.@Nullable Drop expiredFiles(TableState table, PickContext context) {
    long upTo = expiredUpTo(table.descriptor().options(), context.nowMillis());
    if (upTo == 0) {
      return null;
    }
    List<InputRun> inputs = new ArrayList<>();
    List<Run> kept = new ArrayList<>();
    for (Run run : table.runs().reversed()) {
      List<FileMetadata> gone = new ArrayList<>();
      List<FileMetadata> rest = new ArrayList<>();
      for (FileMetadata file : run.files()) {
        boolean expired = file.oldestTimeMillis() > 0 && file.newestTimeMillis() <= upTo;
        boolean goes =
            expired
                && !context.busy().contains(file.number())
                && kept.stream().noneMatch(older -> overlaps(older, file));
        (goes ? gone : rest).add(file);
      }
      if (!gone.isEmpty()) {
        inputs.addFirst(new InputRun(run.id(), gone));
      }
      kept.add(new Run(run.id(), rest));
    }
    return inputs.isEmpty() ? null : new Compaction.Drop(table.descriptor(), Reason.EXPIRY, inputs);
  }

  /**
   * A file most of whose rows have expired, to be written anew; null where there is none. Deletes
   * would stay in it, as old as they are, unless nothing lies under them.
   */
  static Compaction.@Nullable Merge mostlyExpired(
      TableState table, PickContext context, MergePlan plan) {
    long upTo = expiredUpTo(table.descriptor().options(), context.nowMillis());
    if (upTo == 0) {
      return null;
    }
    for (int run = table.runs().size() - 1; run >= 0; run--) {
      for (FileMetadata file : table.runs().get(run).files()) {
        long oldest = file.oldestTimeMillis();
        long newest = file.newestTimeMillis();
        if (oldest > 0
            && oldest <= upTo
            && newest > upTo
            && upTo - oldest >= newest - upTo
            && !context.busy().contains(file.number())) {
          Compaction.Merge merge = plan.rewrite(run, List.of(file), Set.of(), Reason.EXPIRY);
          boolean deletesGo =
              merge.oldestRun() && file.largestSequence() <= context.oldestSnapshot();
          if (file.deletes() == 0 || deletesGo) {
            return merge;
          }
        }
      }
    }
    return null;
  }

  private static boolean overlaps(Run run, FileMetadata file) {
    int at = run.firstNotBelow(file.smallestKey());
    return at < run.files().size() && KeyRange.of(file).overlaps(run.files().get(at));
  }
}
