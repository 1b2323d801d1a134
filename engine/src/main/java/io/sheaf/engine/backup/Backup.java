package io.sheaf.engine.backup;

import java.util.List;

/**
 * A backup: which files make up the store as it was then.
 *
 * @param id rises from backup to backup
 * @param timeMillis when it was begun, milliseconds since the epoch
 * @param store the directory that was backed up
 * @param lastSequence highest sequence number in its SSTables; its logs may hold later writes
 * @param files by name, CURRENT last
 */
public record Backup(
    long id, long timeMillis, String store, long lastSequence, List<BackupFile> files) {
  /** Copies the list. */
  public Backup {
    files = List.copyOf(files);
  }

  /**
   * A file of a backup.
   *
   * @param name as it is in the store
   * @param sizeBytes its length
   * @param checksum SHA-256 of its content, in hexadecimal digits: under this name it is kept
   * @param identity by what the file system told it from others when it was read; empty: by nothing
   */
  public record BackupFile(String name, long sizeBytes, String checksum, String identity) {}

  /** Bytes of all files. */
  public long sizeBytes() {
    return files.stream().mapToLong(BackupFile::sizeBytes).sum();
  }
}
