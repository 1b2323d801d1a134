package io.sheaf.engine.backup;

import io.sheaf.engine.backup.Backup.BackupFile;
import io.sheaf.engine.inspect.Finding;
import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.ReadableFile;
import io.sheaf.lsm.io.WritableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A directory of backups.
 *
 * <pre>
 * 000007.backup     what backup 7 is made of, see {@link BackupText}
 * files/SHA-256     a file of one or more backups, under the checksum of its content
 * LOCK              held while a backup is made, checked or restored
 * file.part         not finished; removed by the next backup
 * record.part       the same
 * </pre>
 *
 * <p>A backup is there once its record is, which is written last, synced and renamed: what a crash
 * leaves behind never passes for a backup. Files go only after the records that named them.
 *
 * <p><b>Thread safety.</b> One thread. <b>Ownership.</b> Who opened it closes it.
 */
public final class BackupDirectory implements AutoCloseable {
  private static final String FILES = "files";
  private static final String RECORD = ".backup";
  private static final String PART = ".part";
  private static final String FILE_PART = "file" + PART;
  private static final String RECORD_PART = "record" + PART;
  private static final int MOST_RECORD_BYTES = 1 << 30;

  private final FileSystem fileSystem;
  private final Path path;
  private final Path files;
  private final FileSystem.FileLock lock;
  private final List<Backup> backups = new ArrayList<>();
  private final SortedMap<Long, CorruptionException> damages = new TreeMap<>();
  private long highestId;

  private BackupDirectory(FileSystem fileSystem, Path path, FileSystem.FileLock lock) {
    this.fileSystem = fileSystem;
    this.path = path;
    this.files = path.resolve(FILES);
    this.lock = lock;
  }

  /**
   * Opens the backups in {@code path}.
   *
   * @throws NoSuchFileException when there are none
   * @throws io.sheaf.lsm.io.StoreInUseException when a backup or a restore is under way
   */
  public static BackupDirectory open(FileSystem fileSystem, Path path) throws IOException {
    if (!fileSystem.exists(path)) {
      throw new NoSuchFileException(path.toString(), null, "no such directory");
    }
    return locked(fileSystem, path, fileSystem.lockForReading(path.resolve(FileNames.LOCK)));
  }

  /**
   * Opens or makes a directory of backups.
   *
   * @throws IOException when it holds something else
   */
  static BackupDirectory openOrCreate(FileSystem fileSystem, Path path) throws IOException {
    fileSystem.createDirectories(path);
    for (String name : fileSystem.list(path)) {
      if (idOf(name).isEmpty() && !isPart(name) && !name.equals(FileNames.LOCK)) {
        throw new IOException(
            path
                + " holds '"
                + name
                + "', which is no backup; name an empty directory for backups");
      }
    }
    fileSystem.createDirectories(path.resolve(FILES));
    return locked(fileSystem, path, fileSystem.lock(path.resolve(FileNames.LOCK)));
  }

  private static BackupDirectory locked(FileSystem fileSystem, Path path, FileSystem.FileLock lock)
      throws IOException {
    try {
      BackupDirectory directory = new BackupDirectory(fileSystem, path, lock);
      directory.readRecords();
      return directory;
    } catch (Throwable e) {
      lock.close();
      throw e;
    }
  }

  private void readRecords() throws IOException {
    for (String name : fileSystem.list(path)) {
      Optional<Long> id = idOf(name);
      if (id.isPresent()) {
        highestId = Math.max(highestId, id.get());
        try {
          backups.add(BackupText.decode(name, id.get(), content(path.resolve(name))));
        } catch (CorruptionException e) {
          damages.put(id.get(), e);
        }
      }
    }
    backups.sort(Comparator.comparingLong(Backup::id));
  }

  private byte[] content(Path file) throws IOException {
    try (ReadableFile opened = fileSystem.open(file)) {
      long size = opened.size();
      if (size > MOST_RECORD_BYTES) {
        throw new CorruptionException(
            file.toString(), 0, "a backup record of at most 1 GB", size + " bytes");
      }
      byte[] bytes = new byte[(int) size];
      opened.read(ByteBuffer.wrap(bytes), 0);
      return bytes;
    }
  }

  private static Optional<Long> idOf(String name) {
    String digits = name.endsWith(RECORD) ? name.substring(0, name.length() - RECORD.length()) : "";
    boolean id = digits.length() >= 6 && digits.length() <= 18;
    return id && digits.chars().allMatch(c -> c >= '0' && c <= '9')
        ? Optional.of(Long.parseLong(digits))
        : Optional.empty();
  }

  /** Whether it is a file that was not finished. */
  private static boolean isPart(String name) {
    return name.equals(FILE_PART) || name.equals(RECORD_PART);
  }

  private static String nameOf(long id) {
    String digits = Long.toString(id);
    return "0".repeat(Math.max(0, 6 - digits.length())) + digits + RECORD;
  }

  /** The directory. */
  public Path path() {
    return path;
  }

  /** The backups whose records are whole, oldest first. */
  public List<Backup> backups() {
    return List.copyOf(backups);
  }

  /** What is wrong with the other records, in the order of their ids. */
  public List<CorruptionException> damages() {
    return List.copyOf(damages.values());
  }

  /** The same as findings, which say what it means and how to go on. */
  public List<Finding> findings() {
    return damages.entrySet().stream()
        .map(damage -> finding(damage.getKey(), damage.getValue()))
        .toList();
  }

  private Finding finding(long id, CorruptionException damage) {
    Finding finding = Finding.of(nameOf(id), damage, null);
    return new Finding(
        finding.file(),
        finding.offset(),
        finding.problem()
            + "; it is the record of backup "
            + id
            + ", and as long as it is there, no file goes that no other backup needs: put it back"
            + " from a copy, or give backup "
            + id
            + " up by removing "
            + path.resolve(nameOf(id)),
        null);
  }

  /** What is wrong with the record of this backup; null: nothing, or there is none. */
  public @Nullable CorruptionException damageOf(long id) {
    return damages.get(id);
  }

  /**
   * What is wrong with the records of backups that came after {@code backup} and before the next
   * one whose record is whole: what they held, nothing tells.
   */
  public List<Finding> findingsBehind(Backup backup) {
    long next =
        backups.stream().mapToLong(Backup::id).filter(id -> id > backup.id()).min().orElse(0);
    SortedMap<Long, CorruptionException> behind = damages.tailMap(backup.id());
    return (next == 0 ? behind : behind.headMap(next))
        .entrySet().stream().map(each -> finding(each.getKey(), each.getValue())).toList();
  }

  /** The id of the next backup. */
  long nextId() {
    return highestId + 1;
  }

  /** Where the file with this checksum lies, or would. */
  Path file(String checksum) {
    return files.resolve(checksum);
  }

  /** Whether a file with this checksum is there, as long as it should be. */
  boolean has(String checksum, long sizeBytes) throws IOException {
    Path file = file(checksum);
    return fileSystem.exists(file) && fileSystem.size(file) == sizeBytes;
  }

  /** The same, and read: whether it is what its name says. */
  boolean isWhole(String checksum, long sizeBytes) throws IOException {
    if (!has(checksum, sizeBytes)) {
      return false;
    }
    try (SourceFile copy = SourceFile.open(fileSystem, file(checksum))) {
      return copy.checksum().equals(checksum);
    }
  }

  /**
   * Takes the first {@code length} bytes of a file in, in the place of a copy that is there.
   *
   * @return their checksum
   */
  String add(SourceFile source, long length) throws IOException {
    Path part = path.resolve(FILE_PART);
    String checksum;
    removeIfThere(part);
    try (WritableFile copy = fileSystem.create(part)) {
      checksum = source.copy(length, copy);
      copy.sync();
    }
    fileSystem.rename(part, file(checksum));
    return checksum;
  }

  /** Takes bytes in; returns their checksum. */
  String add(byte[] bytes) throws IOException {
    Path part = path.resolve(FILE_PART);
    removeIfThere(part);
    write(part, bytes);
    String checksum = SourceFile.checksum(bytes);
    fileSystem.rename(part, file(checksum));
    return checksum;
  }

  /** Makes a backup of files that were added count, durably. */
  void finish(Backup backup) throws IOException {
    fileSystem.syncDirectory(files);
    Path part = path.resolve(RECORD_PART);
    removeIfThere(part);
    write(part, BackupText.encode(backup));
    fileSystem.rename(part, path.resolve(nameOf(backup.id())));
    fileSystem.syncDirectory(path);
    backups.add(backup);
    highestId = backup.id();
  }

  private void write(Path file, byte[] bytes) throws IOException {
    try (WritableFile written = fileSystem.create(file)) {
      written.write(ByteBuffer.wrap(bytes));
      written.sync();
    }
  }

  private void removeIfThere(Path file) throws IOException {
    if (fileSystem.exists(file)) {
      fileSystem.delete(file);
    }
  }

  /**
   * Removes all backups but the newest {@code keep}, and then the files that no backup names any
   * more. Where a record is damaged, no file goes: it may be one of that backup.
   */
  void keep(int keep) throws IOException {
    List<Backup> obsolete = backups.subList(0, Math.max(0, backups.size() - keep));
    for (Backup backup : List.copyOf(obsolete)) {
      fileSystem.delete(path.resolve(nameOf(backup.id())));
    }
    obsolete.clear();
    removeUnused();
  }

  /** Removes files that no backup names, and what was not finished. */
  void removeUnused() throws IOException {
    fileSystem.syncDirectory(path); // the records are gone for good before their files go
    for (String name : fileSystem.list(path)) {
      if (isPart(name)) {
        fileSystem.delete(path.resolve(name));
      }
    }
    if (!damages.isEmpty()) {
      return;
    }
    Set<String> used = new HashSet<>();
    for (Backup backup : backups) {
      backup.files().stream().map(BackupFile::checksum).forEach(used::add);
    }
    for (String name : fileSystem.list(files)) {
      if (!used.contains(name)) {
        fileSystem.delete(files.resolve(name));
      }
    }
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }
}
