package io.sheaf.compaction;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.key.RangeTombstone;
import io.sheaf.lsm.key.RangeTombstones;
import io.sheaf.lsm.value.ValueFileMetadata;
import io.sheaf.lsm.version.FileMetadata;
import io.sheaf.lsm.version.Run;
import io.sheaf.lsm.version.TableDescriptor;
import io.sheaf.lsm.version.TableState;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One table whose SSTables are lists in memory: applies what the picker decides, so that its
 * decisions can be checked against what readers see. Keys are numbers.
 */
final class SimulatedStore {
  private static final int GROUP_KEYS = 8;
  private static final int SEPARATION_BYTES = 300;
  private static final int FILE_BYTES = 4_000;
  private static final int KEY_BYTES = 8;

  /** A version of a key; {@code timeMillis} 0: kept for ever; {@code valueFile} 0: inline. */
  record Entry(int key, long sequence, boolean delete, long timeMillis, int bytes, long valueFile) {
    boolean expired(long upToMillis) {
      return timeMillis != 0 && timeMillis <= upToMillis;
    }

    Entry deleted() {
      return new Entry(key, sequence, true, timeMillis, 0, 0);
    }
  }

  /** Keys from {@code start} to {@code end} (exclusive) older than {@code sequence} are gone. */
  record Tombstone(int start, int end, long sequence) {}

  private record Content(List<Entry> entries, List<Tombstone> tombstones) {}

  private final Map<Long, Content> contents = new HashMap<>();
  private TableState table;
  private long nextNumber = 1;
  private long droppedRows;
  private long mergedRows;

  SimulatedStore(TableDescriptor descriptor) {
    table = TableState.empty(descriptor);
  }

  TableState table() {
    return table;
  }

  /** Which part of the rows merged so far was dropped. */
  double droppedShare() {
    return mergedRows == 0 ? 0 : (double) droppedRows / mergedRows;
  }

  Map<Long, RangeTombstones> tombstones() {
    Map<Long, RangeTombstones> all = new HashMap<>();
    contents.forEach((number, content) -> {
      if (!content.tombstones().isEmpty()) {
        all.put(
            number,
            RangeTombstones.of(
                content.tombstones().stream()
                    .map(t -> new RangeTombstone(key(t.start()), key(t.end()), t.sequence()))
                    .toList()));
      }
    });
    return all;
  }

  void flush(List<Entry> entries, List<Tombstone> tombstones) {
    change(Set.of(), nextNumber++, 0, entries, tombstones, Set.of());
  }

  /** What a reader with this snapshot finds, run by run, newest first; null: nothing. */
  @Nullable Entry get(int key, long snapshot, long expiredUpToMillis) {
    long covered = 0;
    for (Run run : table.runs()) {
      Entry found = null;
      for (FileMetadata file : run.files()) {
        if (!KeyRange.of(file).overlaps(new KeyRange(key(key), key(key)))) {
          continue;
        }
        Content content = content(file);
        for (Tombstone tombstone : content.tombstones()) {
          if (tombstone.start() <= key
              && key < tombstone.end()
              && tombstone.sequence() <= snapshot) {
            covered = Math.max(covered, tombstone.sequence());
          }
        }
        for (Entry entry : content.entries()) {
          if (entry.key() == key
              && entry.sequence() <= snapshot
              && (found == null || entry.sequence() > found.sequence())) {
            found = entry;
          }
        }
      }
      if (found != null) {
        boolean gone =
            found.delete() || covered > found.sequence() || found.expired(expiredUpToMillis);
        return gone ? null : found;
      }
    }
    return null;
  }

  /** Carries out a job, keeping what {@code snapshot} sees besides the newest. */
  void apply(Compaction job, long snapshot, long nowMillis) {
    Set<Long> gone = new HashSet<>();
    job.files().forEach(file -> gone.add(file.number()));
    switch (job) {
      case Compaction.Drop drop -> change(gone, 0, 0, List.of(), List.of(), Set.of());
      case Compaction.Move move -> {
        Map<Long, List<FileMetadata>> runs = runsWithout(gone);
        runs.computeIfAbsent(move.outputRun(), id -> new ArrayList<>()).addAll(move.files());
        install(runs, table.valueFiles());
      }
      case Compaction.Merge merge -> merge(merge, gone, snapshot, nowMillis);
    }
  }

  private void merge(Compaction.Merge merge, Set<Long> gone, long snapshot, long nowMillis) {
    long expiredUpTo = ExpiryPolicy.expiredUpTo(merge.table().options(), nowMillis);
    List<Entry> entries = new ArrayList<>();
    List<Tombstone> tombstones = new ArrayList<>();
    for (FileMetadata file : merge.files()) {
      entries.addAll(content(file).entries());
      tombstones.addAll(content(file).tombstones());
    }
    entries.sort(
        Comparator.comparingInt(Entry::key)
            .thenComparing(Comparator.comparingLong(Entry::sequence).reversed()));
    List<Entry> kept = new ArrayList<>();
    int lastKey = -1;
    boolean lastNew = false;
    for (Entry entry : entries) {
      boolean seenByNewestOnly = entry.sequence() > snapshot;
      boolean shadowed = entry.key() == lastKey && seenByNewestOnly == lastNew;
      lastKey = entry.key();
      lastNew = seenByNewestOnly;
      boolean covered =
          tombstones.stream()
              .anyMatch(t ->
                  t.start() <= entry.key()
                      && entry.key() < t.end()
                      && t.sequence() > entry.sequence()
                      && (seenByNewestOnly || t.sequence() <= snapshot));
      Entry left = entry.expired(expiredUpTo) ? entry.deleted() : entry;
      boolean needless = left.delete() && merge.oldestRun() && !seenByNewestOnly;
      if (!shadowed && !covered && !needless) {
        kept.add(left);
      }
    }
    mergedRows += entries.size();
    droppedRows += entries.size() - kept.size();
    tombstones.removeIf(t -> merge.oldestRun() && t.sequence() <= snapshot);
    change(gone, merge.outputRun(), merge.outputLevel(), kept, tombstones, merge.evacuated());
  }

  /** Replaces files by new ones with this content. */
  private void change(
      Set<Long> gone,
      long runId,
      int level,
      List<Entry> entries,
      List<Tombstone> tombstones,
      Set<Long> evacuated) {
    Map<Long, List<FileMetadata>> runs = runsWithout(gone);
    Map<Long, ValueFileMetadata> valueFiles = new HashMap<>(table.valueFiles());
    List<Entry> placed = separate(entries, evacuated, valueFiles);
    List<Entry> open = new ArrayList<>();
    int start = Integer.MIN_VALUE;
    long bytes = 0;
    for (int i = 0; i < placed.size(); i++) {
      Entry entry = placed.get(i);
      if (bytes > FILE_BYTES && entry.key() != open.getLast().key()) {
        addFile(runs, runId, level, open, cut(tombstones, start, entry.key()));
        open = new ArrayList<>();
        start = entry.key();
        bytes = 0;
      }
      open.add(entry);
      bytes += KEY_BYTES + (entry.valueFile() == 0 ? entry.bytes() : 0);
    }
    addFile(runs, runId, level, open, cut(tombstones, start, Integer.MAX_VALUE));
    gone.forEach(contents::remove);
    install(runs, valueFiles);
  }

  /** Moves the values of large groups, and of evacuated files, to a new value file. */
  private List<Entry> separate(
      List<Entry> entries, Set<Long> evacuated, Map<Long, ValueFileMetadata> valueFiles) {
    Map<Integer, Long> groupBytes = new HashMap<>();
    for (Entry entry : entries) {
      groupBytes.merge(entry.key() / GROUP_KEYS, (long) entry.bytes(), Long::sum);
    }
    long number = nextNumber++;
    long raw = 0;
    long rows = 0;
    long newest = 0;
    List<Entry> placed = new ArrayList<>();
    for (Entry entry : entries) {
      boolean large = groupBytes.getOrDefault(entry.key() / GROUP_KEYS, 0L) >= SEPARATION_BYTES;
      long place = entry.valueFile();
      if (!entry.delete() && ((place == 0 && large) || evacuated.contains(place))) {
        place = large ? number : 0;
      }
      if (place == number) {
        raw += entry.bytes();
        rows++;
        newest = Math.max(newest, entry.timeMillis());
      }
      placed.add(
          new Entry(
              entry.key(),
              entry.sequence(),
              entry.delete(),
              entry.timeMillis(),
              entry.bytes(),
              place));
    }
    if (rows > 0) {
      valueFiles.put(number, new ValueFileMetadata(number, 1, raw, raw, rows, 1, newest));
    }
    return placed;
  }

  private static List<Tombstone> cut(List<Tombstone> tombstones, int from, int to) {
    List<Tombstone> cut = new ArrayList<>();
    for (Tombstone tombstone : tombstones) {
      int start = Math.max(from, tombstone.start());
      int end = Math.min(to, tombstone.end());
      if (start < end) {
        cut.add(new Tombstone(start, end, tombstone.sequence()));
      }
    }
    return cut;
  }

  private void addFile(
      Map<Long, List<FileMetadata>> runs,
      long runId,
      int level,
      List<Entry> entries,
      List<Tombstone> tombstones) {
    if (entries.isEmpty() && tombstones.isEmpty()) {
      return;
    }
    long number = nextNumber++;
    int smallest = Integer.MAX_VALUE;
    int largest = Integer.MIN_VALUE;
    long oldest = Long.MAX_VALUE;
    long newest = 0;
    long least = Long.MAX_VALUE;
    long most = 0;
    long size = 50;
    long inline = 0;
    Map<Long, long[]> shares = new TreeMap<>();
    for (Entry entry : entries) {
      smallest = Math.min(smallest, entry.key());
      largest = Math.max(largest, entry.key());
      oldest = Math.min(oldest, entry.timeMillis());
      newest = Math.max(newest, entry.timeMillis());
      least = Math.min(least, entry.sequence());
      most = Math.max(most, entry.sequence());
      size += KEY_BYTES;
      if (entry.valueFile() == 0) {
        inline += entry.bytes();
      } else {
        long[] share = shares.computeIfAbsent(entry.valueFile(), file -> new long[2]);
        share[0] += entry.bytes();
        share[1]++;
      }
    }
    for (Tombstone tombstone : tombstones) {
      smallest = Math.min(smallest, tombstone.start());
      largest = Math.max(largest, tombstone.end());
      least = Math.min(least, tombstone.sequence());
      most = Math.max(most, tombstone.sequence());
      size += KEY_BYTES;
    }
    List<FileMetadata.ValueShare> valueShares = new ArrayList<>();
    shares.forEach(
        (file, share) -> valueShares.add(new FileMetadata.ValueShare(file, share[0], share[1])));
    long separated = valueShares.stream().mapToLong(FileMetadata.ValueShare::rows).sum();
    contents.put(number, new Content(List.copyOf(entries), List.copyOf(tombstones)));
    runs.computeIfAbsent(runId, id -> new ArrayList<>())
        .add(
            new FileMetadata(
                number,
                level,
                size + inline,
                entries.size(),
                entries.stream().filter(Entry::delete).count(),
                tombstones.size(),
                key(smallest),
                key(largest),
                new Slice(),
                new Slice(),
                least,
                most,
                entries.isEmpty() ? 0 : oldest,
                newest,
                (long) entries.size() * KEY_BYTES,
                inline,
                separated,
                separated,
                valueShares));
  }

  private Map<Long, List<FileMetadata>> runsWithout(Set<Long> gone) {
    Map<Long, List<FileMetadata>> runs = new TreeMap<>(Comparator.reverseOrder());
    for (Run run : table.runs()) {
      List<FileMetadata> files = new ArrayList<>(run.files());
      if (files.removeIf(file -> gone.contains(file.number())) && files.isEmpty()) {
        continue;
      }
      runs.put(run.id(), files);
    }
    return runs;
  }

  private void install(
      Map<Long, List<FileMetadata>> files, Map<Long, ValueFileMetadata> valueFiles) {
    List<Run> runs = new ArrayList<>();
    Set<Long> referred = new HashSet<>();
    files.forEach((id, members) -> {
      members.sort(Comparator.comparing(FileMetadata::smallestKey));
      runs.add(new Run(id, members));
      members.forEach(f -> f.shares().forEach(share -> referred.add(share.valueFile())));
    });
    Map<Long, ValueFileMetadata> live = new HashMap<>(valueFiles);
    live.keySet().retainAll(referred);
    table = new TableState(table.descriptor(), runs, live);
  }

  private Content content(FileMetadata file) {
    return Objects.requireNonNull(contents.get(file.number()));
  }

  private static Slice key(int number) {
    return Slice.of(ByteBuffer.allocate(4).putInt(number).array());
  }
}
