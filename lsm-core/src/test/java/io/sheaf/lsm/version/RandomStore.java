package io.sheaf.lsm.version;

import static java.util.Objects.requireNonNull;

import io.sheaf.lsm.coding.Compression;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.StoreId;
import io.sheaf.lsm.key.PrefixExtractor;
import io.sheaf.lsm.value.ValueFileMetadata;
import io.sheaf.lsm.version.FileMetadata.ValueShare;
import io.sheaf.lsm.version.VersionEdit.Change;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes up edits as flushes and compactions would, and keeps the version they lead to in the
 * plainest way: the model that versions are compared with.
 */
final class RandomStore {
  /** Of all stores of the tests. */
  static final StoreId ID = StoreId.of(0x5ea5_1de5);

  /** One of them without tables. */
  static final Version EMPTY = Version.empty().of(ID);

  /** A rule that {@link PrefixResolver#DEFAULT} does not know. */
  static final PrefixExtractor FIRST_BYTE =
      new PrefixExtractor() {
        @Override
        public int prefixLength(Slice key) {
          return Math.min(1, key.length());
        }

        @Override
        public String name() {
          return "first-byte";
        }
      };

  /** Knows all rules that the edits use. */
  static final PrefixResolver PREFIXES =
      name -> name.equals("first-byte") ? FIRST_BYTE : PrefixResolver.DEFAULT.resolve(name);

  private static final int SLOTS = 8;

  private final Random random;
  private final Numbers numbers;
  private final FileMaker files;
  private final Map<Integer, Table> tables = new TreeMap<>();
  private int nextTableId = 1;
  private long logNumber;
  private long lastSequence;
  private long lastTimeMillis;

  RandomStore(Random random, Numbers numbers, FileMaker files) {
    this.random = random;
    this.numbers = numbers;
    this.files = files;
  }

  /** Gives file numbers. */
  interface Numbers {
    long next();
  }

  /** Makes the file that an edit is going to add, durable. */
  interface FileMaker {
    void make(FileKind kind, long number, long sizeBytes) throws IOException;
  }

  private static final class Table {
    TableDescriptor descriptor;
    final TreeMap<Long, TreeMap<Integer, FileMetadata>> runs = new TreeMap<>();
    final Map<Long, ValueFileMetadata> valueFiles = new TreeMap<>();

    Table(TableDescriptor descriptor) {
      this.descriptor = descriptor;
    }
  }

  /** The version that all edits so far lead to. */
  Version version() {
    Map<Integer, TableState> states = new HashMap<>();
    tables.forEach((id, table) -> {
      List<Run> runs = new ArrayList<>();
      table
          .runs
          .descendingMap()
          .forEach((run, slots) -> runs.add(new Run(run, List.copyOf(slots.values()))));
      states.put(id, new TableState(table.descriptor, runs, table.valueFiles));
    });
    return new Version(ID, states, logNumber, lastSequence, lastTimeMillis, nextTableId);
  }

  /** Makes up the next edit. */
  VersionEdit next() throws IOException {
    List<Change> changes = new ArrayList<>();
    Table table = anyTable();
    int die = random.nextInt(20);
    if (table == null || die == 0) {
      TableDescriptor made =
          new TableDescriptor(nextTableId++, "table-" + nextTableId, randomOptions());
      tables.put(made.id(), new Table(made));
      changes.add(new VersionEdit.CreateTable(made));
    } else if (die == 1) {
      int id = table.descriptor.id();
      table.descriptor = new TableDescriptor(id, "altered-" + id, randomOptions());
      changes.add(new VersionEdit.AlterTable(table.descriptor));
    } else if (die == 2 && tables.size() > 1) {
      tables.remove(table.descriptor.id());
      changes.add(new VersionEdit.DropTable(table.descriptor.id()));
    } else if (die < 12 || table.runs.isEmpty()) {
      flush(table, changes);
    } else if (die < 18) {
      merge(table, changes);
    } else {
      move(table, changes);
    }
    return new VersionEdit(changes);
  }

  private void flush(Table table, List<Change> changes) throws IOException {
    logNumber = numbers.next();
    lastSequence += random.nextInt(1000);
    lastTimeMillis += random.nextInt(1000);
    long run = table.runs.isEmpty() ? 1 : table.runs.lastKey() + 1 + random.nextInt(2);
    write(table, run, changes);
    changes.add(new VersionEdit.Flushed(logNumber, lastSequence, lastTimeMillis));
  }

  private void merge(Table table, List<Change> changes) throws IOException {
    List<Long> runs = new ArrayList<>(table.runs.keySet());
    int from = random.nextInt(runs.size());
    int to = from + random.nextInt(runs.size() - from);
    for (Long run : runs.subList(from, to + 1)) {
      for (FileMetadata file : requireNonNull(table.runs.remove(run)).values()) {
        changes.add(new VersionEdit.RemoveFile(table.descriptor.id(), run, file.number()));
      }
    }
    if (random.nextInt(4) > 0) { // else nothing was left
      write(table, runs.get(from), changes);
    }
    dropUnreferenced(table);
  }

  private void move(Table table, List<Change> changes) {
    long from = table.runs.firstKey();
    long to = table.runs.lastKey() + 1;
    TreeMap<Integer, FileMetadata> slots = requireNonNull(table.runs.get(from));
    int slot = slots.firstKey();
    FileMetadata file = requireNonNull(slots.remove(slot));
    if (slots.isEmpty()) {
      table.runs.remove(from);
    }
    table.runs.computeIfAbsent(to, run -> new TreeMap<>()).put(slot, file);
    changes.add(new VersionEdit.RemoveFile(table.descriptor.id(), from, file.number()));
    changes.add(new VersionEdit.AddFile(table.descriptor.id(), to, file));
  }

  /** New files in a run, with values in old value files and in new ones. */
  private void write(Table table, long run, List<Change> changes) throws IOException {
    TreeMap<Integer, FileMetadata> slots = new TreeMap<>();
    List<Long> referable = new ArrayList<>(table.valueFiles.keySet());
    List<ValueShare> fresh = new ArrayList<>();
    if (random.nextBoolean()) {
      ValueFileMetadata made = randomValueFile(table.descriptor.id());
      files.make(FileKind.VALUES, made.number(), made.sizeBytes());
      table.valueFiles.put(made.number(), made);
      changes.add(new VersionEdit.AddValueFile(made));
      fresh.add(new ValueShare(made.number(), 5, 2));
    }
    int count = 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      int slot = random.nextInt(SLOTS);
      if (!slots.containsKey(slot)) {
        List<ValueShare> shares = new ArrayList<>(fresh);
        if (!referable.isEmpty() && random.nextBoolean()) {
          long old = referable.get(random.nextInt(referable.size()));
          shares.add(new ValueShare(old, random.nextInt(100), random.nextInt(10)));
        }
        FileMetadata file = randomFile(random, numbers.next(), slot, shares);
        files.make(FileKind.SSTABLE, file.number(), file.sizeBytes());
        slots.put(slot, file);
      }
    }
    List<FileMetadata> shuffled = new ArrayList<>(slots.values());
    Collections.shuffle(shuffled, random);
    for (FileMetadata file : shuffled) {
      changes.add(new VersionEdit.AddFile(table.descriptor.id(), run, file));
    }
    table.runs.put(run, slots);
  }

  private static void dropUnreferenced(Table table) {
    Set<Long> referred = new HashSet<>();
    for (TreeMap<Integer, FileMetadata> slots : table.runs.values()) {
      for (FileMetadata file : slots.values()) {
        file.shares().forEach(share -> referred.add(share.valueFile()));
      }
    }
    table.valueFiles.keySet().retainAll(referred);
  }

  private @Nullable Table anyTable() {
    List<Table> all = new ArrayList<>(tables.values());
    return all.isEmpty() ? null : all.get(random.nextInt(all.size()));
  }

  private ValueFileMetadata randomValueFile(int tableId) {
    return new ValueFileMetadata(
        numbers.next(),
        tableId,
        random.nextInt(40),
        random.nextInt(1 << 20),
        random.nextInt(100),
        random.nextInt(10),
        random.nextLong(1L << 42));
  }

  /** A file whose keys lie in one of a few slots, which do not overlap. */
  static FileMetadata randomFile(Random random, long number, int slot, List<ValueShare> shares) {
    return new FileMetadata(
        number,
        random.nextInt(5),
        random.nextInt(40),
        random.nextLong(1L << 40),
        random.nextInt(1000),
        random.nextInt(3),
        Slice.utf8("key-" + slot + "-a"),
        Slice.utf8("key-" + slot + "-z"),
        random.nextBoolean() ? new Slice() : Slice.utf8("suffix"),
        Slice.of(new byte[] {(byte) random.nextInt(), (byte) 0xFF}),
        random.nextLong(1L << 56),
        random.nextLong(1L << 56),
        random.nextLong(1L << 42),
        random.nextLong(1L << 42),
        random.nextInt(1 << 30),
        random.nextInt(1 << 30),
        random.nextInt(1000),
        random.nextInt(100),
        shares);
  }

  private TableOptions randomOptions() {
    Compression[] compressions = {
      Compression.NONE, Compression.LZ4, Compression.zstd(1 + random.nextInt(19))
    };
    return TableOptions.DEFAULT
        .withPrefix(random.nextBoolean() ? FIRST_BYTE : PrefixExtractor.WHOLE_KEY)
        .withSeparationBytes(
            random.nextBoolean() ? TableOptions.NEVER_SEPARATE : 1 + random.nextInt(1 << 16))
        .withBlockBytes((1 << 10) + random.nextInt(1 << 20), (1 << 10) + random.nextInt(1 << 16))
        .withCompression(compressions[random.nextInt(3)], compressions[random.nextInt(3)])
        .withTtlMillis(random.nextBoolean() ? TableOptions.NO_TTL : random.nextLong(1L << 40));
  }
}
