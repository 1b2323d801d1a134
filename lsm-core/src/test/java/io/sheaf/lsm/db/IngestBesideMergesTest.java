package io.sheaf.lsm.db;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.compact.CompactionHost;
import io.sheaf.lsm.compact.NoCompaction;
import io.sheaf.lsm.compact.RetentionCursor;
import io.sheaf.lsm.cursor.InternalCursor;
import io.sheaf.lsm.cursor.ScanBounds;
import io.sheaf.lsm.io.CrashFileSystem;
import io.sheaf.lsm.key.RangeTombstones;
import io.sheaf.lsm.sstable.RunCursor;
import io.sheaf.lsm.stats.Statistics;
import io.sheaf.lsm.version.PinnedVersion;
import io.sheaf.lsm.version.Run;
import io.sheaf.lsm.version.TableOptions;
import io.sheaf.lsm.version.TableState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A merge that begins while files are ingested: in the version already, their sequence number not
 * visible yet.
 */
@Timeout(60)
final class IngestBesideMergesTest {
  private static final ScanBounds ALL =
      new ScanBounds(ScanBounds.Direction.FORWARD, null, null, ScanBounds.UNLIMITED, false);

  private final CrashFileSystem disk = new CrashFileSystem();
  private final IdleCompactor compactor = new IdleCompactor();

  /** Merges nothing by itself, and says for whom it would. */
  private static final class IdleCompactor extends NoCompaction {
    private @Nullable CompactionHost host;

    CompactionHost host() {
      return Objects.requireNonNull(host);
    }

    @Override
    public void start(CompactionHost host) {
      this.host = host;
    }
  }

  @Test
  void keepsWhatSnapshotsShowThatAreTakenAfterItHasBegun() throws Exception {
    try (Db db = open()) {
      Table table = db.openTable("t", TableOptions.DEFAULT);
      db.put(table, utf8("key"), utf8("old"));
      db.flush();
      List<List<String>> merged = new ArrayList<>();
      List<Snapshot> taken = new ArrayList<>();
      Thread ingesting = Thread.currentThread();
      try (BulkWriter rows = db.bulkWriter(table)) {
        rows.put(utf8("key"), utf8("new"));
        disk.onOperation(operation -> {
          if (Thread.currentThread().equals(ingesting) && taken.isEmpty()) {
            mergeWhenInBetween(db, table, merged, taken);
          }
        });
        db.ingest(List.of(rows));
        disk.onOperation(operation -> {});
      }
      assertEquals(1, taken.size(), "the files were never there before they were visible");
      assertEquals(List.of(List.of("new", "old")), merged);
      try (Snapshot before = taken.getFirst()) {
        byte[] old = db.get(table, utf8("key"), before);
        assertNotNull(old);
        assertArrayEquals(utf8("old"), old);
      }
      assertArrayEquals(new long[] {db.lastSequence()}, compactor.host().snapshots());
    }
  }

  /** Begins a merge, takes a snapshot, and ends the merge; where the moment is the right one. */
  private void mergeWhenInBetween(
      Db db, Table table, List<List<String>> merged, List<Snapshot> taken) {
    CompactionHost host = compactor.host();
    try (PinnedVersion pinned = host.pinVersion()) {
      TableState state = Objects.requireNonNull(pinned.version().table(table.id()));
      boolean inBetween =
          state.runs().stream()
              .flatMap(run -> run.files().stream())
              .anyMatch(file -> file.largestSequence() > host.lastSequence());
      if (inBetween) {
        long[] kept = host.snapshots();
        taken.add(db.snapshot());
        merged.add(merge(host, state, kept));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The values of all rows that are left. */
  private static List<String> merge(CompactionHost host, TableState table, long[] kept)
      throws IOException {
    List<InternalCursor> inputs = new ArrayList<>();
    for (Run run : table.runs()) {
      inputs.add(
          new RunCursor(
              run,
              host::reader,
              table.descriptor().options().prefix(),
              ALL,
              null,
              new Statistics()));
    }
    List<String> values = new ArrayList<>();
    try (RetentionCursor rows = new RetentionCursor(inputs, RangeTombstones.NONE, kept, true, 0)) {
      while (rows.next()) {
        values.add(text(rows.entry().value()));
      }
    }
    return values;
  }

  private Db open() throws IOException {
    Components components =
        Components.defaults().withFileSystem(disk).withCompactors(() -> compactor);
    return Db.open(Path.of("/store"), DbOptions.DEFAULT.withMemory(16 << 20, 64 << 10), components);
  }

  private static byte[] utf8(String text) {
    return Slice.utf8(text).toByteArray();
  }

  private static String text(Slice value) {
    return new String(value.toByteArray(), StandardCharsets.UTF_8);
  }
}
