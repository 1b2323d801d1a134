package io.sheaf.torture.campaign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.engine.BatchHistory;
import io.sheaf.engine.SmallStore;
import io.sheaf.engine.backup.Backup;
import io.sheaf.engine.backup.BackupDirectory;
import io.sheaf.engine.backup.BackupRestore;
import io.sheaf.engine.backup.StoreBackup;
import io.sheaf.engine.backup.StoreCheckpoint;
import io.sheaf.engine.compact.CompactionProgress;
import io.sheaf.engine.compact.CompactionRequest;
import io.sheaf.engine.compact.OfflineCompaction;
import io.sheaf.lsm.coding.Compression;
import io.sheaf.lsm.db.Components;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.io.CrashFileSystem;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.ForwardingFileSystem;
import io.sheaf.lsm.io.ReadableFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** Crashes while a store is copied or compacted from outside, and after that was acknowledged. */
public final class CopyCampaign implements Campaign {
  private static final Path COPY = Path.of("/copy");
  private static final Path BACKUPS = Path.of("/backups");
  private static final int BATCHES = 60;
  private static final int MOST_BETWEEN = 12;
  private static final int AFTER = 12;

  /** Crashes where names are not durable yet: they are kept or lost in any combination. */
  private static final int OF_NAMES = 4;

  /** What is done to the store. */
  private enum Way {
    BACKUP,
    RESTORE,
    CHECKPOINT,
    COMPACTION_INTO,
    COMPACTION_IN_PLACE,
    COMPACTION_TO_DEVICE
  }

  /** A disk that takes each directory for a device of its own: no file has names in two. */
  private static final class Devices extends ForwardingFileSystem {
    Devices(FileSystem disk) {
      super(disk);
    }

    @Override
    public void link(Path existing, Path link) throws IOException {
      throw new FileSystemException(link.toString(), existing.toString(), "another device");
    }
  }

  /**
   * Of the crashes in a compaction, one of so many is followed by another compaction; of those that
   * leave files of the first where the other puts its own, each is.
   */
  private static final int FOLLOWED = 6;

  private static final int MOST_SECOND_CRASHES = 4;

  /** No row of it has expired. */
  private static final CompactionRequest PLAN_OF_ALL = CompactionRequest.ALL.withDropExpired(true);

  /** Writes other files than {@link #PLAN_OF_ALL}, under the same names. */
  private static final CompactionRequest OTHER_PLAN =
      CompactionRequest.ALL.withForm(
          new CompactionRequest.Form(Compression.NONE, CompactionRequest.AS_THE_TABLE, 0));

  /** Where files of a compaction lie until all are there, and what says which one it is. */
  private static final String UNFINISHED = "compact.unfinished";

  private static final Path PLAN = COPY.resolve(UNFINISHED).resolve("PLAN");

  /**
   * A disk as a crash left it.
   *
   * @param plan what said which compaction it was, once that had begun with its files; before: none
   */
  private record Crash(CrashFileSystem disk, boolean acknowledged, String plan, String when) {}

  /** What a crash comes into. */
  @FunctionalInterface
  private interface Work {
    void run() throws IOException;
  }

  @Override
  public String name() {
    return "copy";
  }

  @Override
  public String description() {
    return "simulated power cuts and kills while a store is backed up, restored, copied or"
        + " compacted offline: it stays whole, and what was acknowledged is there";
  }

  @Override
  public Counts counts() {
    return new Counts("crashes", 60, 10_000);
  }

  @Override
  public void run(long seed, Tally tally) throws Exception {
    Random random = new Random(seed);
    Way way = Way.values()[(int) Math.floorMod(seed, (long) Way.values().length)];
    CrashFileSystem disk = new CrashFileSystem();
    BatchHistory history = new BatchHistory();
    write(disk, history, random);
    if (way == Way.BACKUP || way == Way.RESTORE) {
      make(Way.BACKUP, disk);
    }
    int before = history.size();
    if (way == Way.BACKUP) {
      write(disk, history, random); // and the first backup goes when the second is there
    }
    for (Crash crash : crashes(disk, random, () -> make(way, disk))) {
      try {
        check(way, crash, history, crash.acknowledged() ? history.size() : before, random);
      } catch (Exception | AssertionError e) {
        throw new AssertionError(way + ", " + crash.when() + ": " + e.getMessage(), e);
      }
      tally.tried(way.name().toLowerCase(Locale.ROOT));
    }
  }

  /** Writes to the store, and closes it with some writes in its log: all of it is durable. */
  private static void write(FileSystem disk, BatchHistory history, Random random) throws Exception {
    try (Db db = SmallStore.open(disk)) {
      Table[] tables = BatchHistory.openTables(db);
      for (int i = 0; i < BATCHES; i++) {
        db.write(history.next(tables, random));
        if (i % 20 == 15) {
          db.flush();
        }
      }
      db.awaitIdle();
    }
  }

  private static List<Crash> crashes(CrashFileSystem disk, Random random, Work work)
      throws IOException {
    Random cloning = new Random(random.nextLong());
    List<Crash> crashes = new ArrayList<>();
    int every = 1 + random.nextInt(MOST_BETWEEN);
    String[] plan = {""};
    disk.onOperation(operation -> {
      synchronized (crashes) {
        if (plan[0].isEmpty() && operation.matches("write .*\\.val .*")) {
          plan[0] = content(disk, PLAN);
        }
        boolean names =
            operation.startsWith("syncDirectory")
                || operation.startsWith("rename")
                || operation.startsWith("delete");
        int times = names ? OF_NAMES : cloning.nextInt(every) == 0 ? 1 : 0;
        for (int i = 0; i < times; i++) {
          boolean kill = cloning.nextInt(4) == 0;
          crashes.add(
              new Crash(
                  kill ? disk.killClone() : disk.crashClone(cloning),
                  false,
                  plan[0],
                  (kill ? "kill" : "power cut") + " before '" + operation + "'"));
        }
      }
    });
    work.run();
    disk.onOperation(operation -> {});
    for (int i = 0; i < AFTER; i++) {
      crashes.add(new Crash(disk.crashClone(cloning), true, plan[0], "power cut after the end"));
    }
    return crashes;
  }

  private static void make(Way way, FileSystem disk) throws IOException {
    Components parts = SmallStore.parts(disk);
    switch (way) {
      case BACKUP ->
          StoreBackup.make(parts, SmallStore.DIRECTORY, BACKUPS, 1, false, 1, file -> {});
      case RESTORE -> {
        try (BackupDirectory backups = BackupDirectory.open(disk, BACKUPS)) {
          BackupRestore.restore(disk, backups, backups.backups().getLast(), COPY, file -> {});
        }
      }
      case CHECKPOINT -> StoreCheckpoint.make(parts, SmallStore.DIRECTORY, COPY);
      case COMPACTION_INTO -> compact(parts, COPY, PLAN_OF_ALL);
      case COMPACTION_IN_PLACE -> compact(parts, SmallStore.DIRECTORY, PLAN_OF_ALL);
      case COMPACTION_TO_DEVICE ->
          compact(parts.withFileSystem(new Devices(disk)), COPY, PLAN_OF_ALL);
    }
  }

  private static void compact(Components parts, Path into, CompactionRequest request)
      throws IOException {
    OfflineCompaction.compact(parts, SmallStore.DIRECTORY, into, request, CompactionProgress.NONE);
  }

  /** Checks what a crash left: in a backup that is there, at least so many batches. */
  private static void check(Way way, Crash crash, BatchHistory history, int least, Random random)
      throws IOException {
    CrashFileSystem disk = crash.disk();
    hold(disk.killClone(), SmallStore.DIRECTORY, history);
    switch (way) {
      case BACKUP -> {
        checkBackups(disk, history, least);
        make(way, disk); // which what is left of the other does not hinder
        checkBackups(disk, history, history.size());
      }
      case CHECKPOINT -> checkCopy(disk, crash.acknowledged(), history);
      case RESTORE, COMPACTION_INTO, COMPACTION_TO_DEVICE -> {
        checkCopy(disk, crash.acknowledged(), history);
        if (!disk.exists(COPY.resolve(FileNames.CURRENT))) {
          if (!crash.plan().isEmpty()) {
            assertEquals(crash.plan(), content(disk, PLAN), "what was merged is not gone on with");
            boolean follows = placed(disk) || random.nextInt(FOLLOWED) == 0;
            if (way == Way.COMPACTION_INTO && follows) {
              followWithAnother(disk.killClone(), history, random);
            }
          }
          make(way, disk); // it goes on where it was cut short
          hold(disk, COPY, history);
        } else if (crash.acknowledged()) {
          assertEquals(List.of(), marks(disk.list(COPY)));
          assertFalse(disk.exists(COPY.resolve(UNFINISHED)), "something is left");
          assertThrows(IllegalArgumentException.class, () -> make(way, disk), "over a store");
        }
      }
      case COMPACTION_IN_PLACE -> {
        if (crash.acknowledged()) {
          assertFalse(disk.exists(SmallStore.DIRECTORY.resolve(UNFINISHED)), "something is left");
        }
        make(way, disk);
        hold(disk, SmallStore.DIRECTORY, history);
      }
    }
  }

  /** Whether files of a compaction have their names in the new store, which is none yet. */
  private static boolean placed(FileSystem disk) throws IOException {
    return disk.exists(COPY)
        && disk.list(COPY).stream()
            .flatMap(name -> FileNames.parse(name).stream())
            .anyMatch(file -> file.kind() == FileKind.SSTABLE);
  }

  /** What a file holds; nothing where there is none. */
  private static String content(FileSystem disk, Path file) {
    if (!disk.exists(file)) {
      return "";
    }
    try (ReadableFile open = disk.open(file)) {
      byte[] content = new byte[(int) open.size()];
      open.read(ByteBuffer.wrap(content), 0);
      return new String(content, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Compacts in another way, into what the first has left, and crashes again; then goes on in one
   * of the two ways.
   */
  private static void followWithAnother(CrashFileSystem disk, BatchHistory history, Random random)
      throws IOException {
    List<Crash> crashes = crashes(disk, random, () -> compactOtherwise(disk));
    Collections.shuffle(crashes, random);
    for (Crash crash : crashes.subList(0, Math.min(MOST_SECOND_CRASHES, crashes.size()))) {
      if (!crash.disk().exists(COPY.resolve(FileNames.CURRENT))) {
        if (random.nextBoolean()) {
          make(Way.COMPACTION_INTO, crash.disk());
        } else {
          compactOtherwise(crash.disk());
        }
      }
      hold(crash.disk(), COPY, history);
    }
  }

  private static void compactOtherwise(FileSystem disk) throws IOException {
    compact(SmallStore.parts(disk), COPY, OTHER_PLAN);
  }

  private static void checkBackups(FileSystem disk, BatchHistory history, int least)
      throws IOException {
    try (BackupDirectory backups = BackupDirectory.open(disk, BACKUPS)) {
      assertEquals(List.of(), backups.damages());
      assertFalse(backups.backups().isEmpty(), "the backup is gone");
      for (Backup backup : backups.backups()) {
        Path restored = COPY.resolve(String.valueOf(backup.id()));
        BackupRestore.restore(disk, backups, backup, restored, file -> {});
        boolean newest = backup.equals(backups.backups().getLast());
        try (Db db = SmallStore.open(disk, restored)) {
          history.check(db, newest ? least : 1, history.size());
        }
      }
    }
  }

  private static void checkCopy(CrashFileSystem disk, boolean acknowledged, BatchHistory history)
      throws IOException {
    if (acknowledged || disk.exists(COPY.resolve(FileNames.CURRENT))) {
      hold(disk.killClone(), COPY, history);
    }
  }

  /** What says that a copy is not finished. */
  private static List<String> marks(List<String> names) {
    return names.stream()
        .filter(name -> name.toLowerCase(Locale.ROOT).contains("finished"))
        .toList();
  }

  private static void hold(FileSystem disk, Path directory, BatchHistory history)
      throws IOException {
    assertTrue(disk.exists(directory.resolve(FileNames.CURRENT)), directory + " is no store");
    try (Db db = SmallStore.open(disk, directory)) {
      history.check(db, history.size(), history.size());
    }
  }
}
