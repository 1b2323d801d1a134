package io.sheaf.engine.compact;

import io.sheaf.engine.inspect.StoreFileReaders;
import io.sheaf.lsm.coding.Crc32c;
import io.sheaf.lsm.compact.RunBuilder;
import io.sheaf.lsm.db.Components;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.io.FileNames.Numbered;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.ReadableFile;
import io.sheaf.lsm.io.WritableFile;
import io.sheaf.lsm.stats.Statistics;
import io.sheaf.lsm.value.ValueStore;
import io.sheaf.lsm.version.Version;
import io.sheaf.lsm.version.VersionEdit;
import io.sheaf.lsm.version.VersionSet;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Where the files of a compaction lie until all are there: a directory in that of the new store,
 * with a manifest of its own, so that what was finished before a crash is found again. A file named
 * PLAN says what is being done; only the same plan is gone on with.
 *
 * <pre>
 * PLAN := first number, line feed, description, "crc32c " CRC-32C of (first number, 0) and the
 *         description in eight hexadecimal digits, line feed
 * </pre>
 *
 * <p>Numbers of its files begin with the first number and are free in the old store, and in the
 * new. Part n of the plan is the run with the first number + n.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads. <b>Ownership.</b> Who opened it holds
 * the lock of the directory around it, and closes it.
 */
final class WorkDirectory implements AutoCloseable {
  /** Its name. */
  static final String NAME = "compact.unfinished";

  private static final String PLAN = "PLAN";
  private static final String NEXT_PLAN = PLAN + ".next";
  private static final int LONGEST_PLAN_BYTES = 256 << 20;

  private final FileSystem fileSystem;
  private final Path path;
  private final long firstNumber;
  private final VersionSet versions;
  private final StoreFileReaders files;

  private WorkDirectory(Components parts, Path path, long firstNumber) throws IOException {
    this.fileSystem = parts.fileSystem();
    this.path = path;
    this.firstNumber = firstNumber;
    this.versions =
        VersionSet.open(
            fileSystem,
            path,
            false,
            parts.storeIds(),
            parts.extractors(),
            (kind, number) -> {},
            new Statistics());
    this.files = new StoreFileReaders(parts, path, versions::newFileNumber);
    for (Numbered orphan : versions.obsoleteOnOpen()) {
      fileSystem.delete(path.resolve(FileNames.of(orphan.kind(), orphan.number())));
    }
    for (String name : fileSystem.list(path)) {
      if (FileNames.parseUnfinished(name).isPresent()) {
        fileSystem.delete(path.resolve(name));
      }
    }
  }

  /**
   * The first number of the plan that is under way in {@code target}, where it is this one.
   *
   * @param description of the plan
   */
  static Optional<Long> underWay(FileSystem fileSystem, Path target, String description)
      throws IOException {
    Path plan = target.resolve(NAME).resolve(PLAN);
    if (!fileSystem.exists(plan)) {
      return Optional.empty();
    }
    String text;
    try (ReadableFile file = fileSystem.open(plan)) {
      long size = file.size();
      if (size > LONGEST_PLAN_BYTES) {
        return Optional.empty();
      }
      byte[] bytes = new byte[(int) size];
      int count = file.read(ByteBuffer.wrap(bytes), 0);
      text = new String(bytes, 0, Math.max(0, count), StandardCharsets.UTF_8);
    }
    int lineEnd = text.indexOf('\n');
    String first = lineEnd < 0 ? "" : text.substring(0, lineEnd);
    if (!first.matches("[0-9]{1,18}")) {
      return Optional.empty();
    }
    long number = Long.parseLong(first);
    return text.equals(plan(number, description)) ? Optional.of(number) : Optional.empty();
  }

  /**
   * Begins a plan.
   *
   * @param firstNumber above the numbers of all files of the old store, and what it may give to
   *     more
   * @param empty the tables that are written, without files
   * @param parts number of parts
   */
  static WorkDirectory begin(
      Components components,
      Path target,
      String description,
      long firstNumber,
      Version empty,
      int parts)
      throws IOException {
    FileSystem fileSystem = components.fileSystem();
    clear(fileSystem, target);
    Path path = target.resolve(NAME);
    fileSystem.createDirectories(path);
    VersionSet.initialize(fileSystem, path, empty, firstNumber + parts, new Statistics());
    Path next = path.resolve(NEXT_PLAN);
    try (WritableFile file = fileSystem.create(next)) {
      file.write(ByteBuffer.wrap(plan(firstNumber, description).getBytes(StandardCharsets.UTF_8)));
      file.sync();
    }
    fileSystem.rename(next, path.resolve(PLAN));
    return new WorkDirectory(components, path, firstNumber); // which syncs the directory
  }

  /** Goes on with the plan that is under way. */
  static WorkDirectory resume(Components components, Path target, long firstNumber)
      throws IOException {
    return new WorkDirectory(components, target.resolve(NAME), firstNumber);
  }

  /** Removes it with all that is in it, if it is there. */
  static void clear(FileSystem fileSystem, Path target) throws IOException {
    Path path = target.resolve(NAME);
    if (!fileSystem.exists(path)) {
      return;
    }
    List<String> names = new ArrayList<>(fileSystem.list(path));
    if (names.remove(PLAN)) { // the first: what is half removed is not gone on with
      fileSystem.delete(path.resolve(PLAN));
      fileSystem.syncDirectory(path);
    }
    for (String name : names) {
      fileSystem.delete(path.resolve(name));
    }
    fileSystem.delete(path);
    fileSystem.syncDirectory(target);
  }

  private static String plan(long firstNumber, String description) {
    byte[] bytes = description.getBytes(StandardCharsets.UTF_8);
    int checksum = new Crc32c().begin(firstNumber, 0).update(bytes, 0, bytes.length).value();
    return firstNumber
        + "\n"
        + description
        + "crc32c "
        + HexFormat.of().toHexDigits(checksum)
        + "\n";
  }

  Path path() {
    return path;
  }

  /** Number of the run that a part is. */
  long runOf(int part) {
    return firstNumber + part;
  }

  /** The parts that are finished. */
  Version finished() {
    return versions.current();
  }

  /** A number that no file of either store has. */
  long newFileNumber() {
    return versions.newFileNumber();
  }

  /** Where the values of new files go. */
  ValueStore values() {
    return files.values();
  }

  /** Notes, durably, that a part is finished. */
  void finish(int tableId, int part, RunBuilder.Result written) throws IOException {
    List<VersionEdit.Change> changes = new ArrayList<>();
    written.valueFiles().forEach(file -> changes.add(new VersionEdit.AddValueFile(file)));
    for (var file : written.files()) {
      changes.add(new VersionEdit.AddFile(tableId, runOf(part), file));
    }
    if (!changes.isEmpty()) {
      versions.apply(new VersionEdit(changes));
    }
  }

  @Override
  public void close() throws IOException {
    try (versions) {
      files.close();
    }
  }
}
