package io.sheaf.torture.fuzz;

import io.sheaf.engine.Sheaf;
import io.sheaf.engine.StoreImage;
import io.sheaf.engine.backup.Backup;
import io.sheaf.engine.backup.BackupCheck;
import io.sheaf.engine.backup.BackupDirectory;
import io.sheaf.engine.backup.BackupRestore;
import io.sheaf.engine.backup.StoreBackup;
import io.sheaf.lsm.coding.Crc32c;
import io.sheaf.lsm.io.MemoryFileSystem;
import io.sheaf.lsm.io.WritableFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The record of a backup holds any lines, under their right checksum; then the backup is checked
 * and restored. An {@link IOException} is right, and so is a store; an exception of another kind is
 * not, nor is memory out of proportion, nor a file anywhere but in the new store.
 *
 * <p><b>Thread safety.</b> One thread.
 */
public final class BackupAttack {
  private static final Path STORE = Path.of("/store");
  private static final Path BACKUPS = Path.of("/backups");
  private static final Path INTO = Path.of("/into");
  private static final long TIME_MILLIS = 1_700_000_000_000L;

  private BackupAttack() {}

  /**
   * The lines of a record as a backup has written it, but for the last, which is their checksum.
   */
  public static byte[] original() throws IOException {
    StoreImage backups = StoreImage.of(backedUp(), BACKUPS);
    byte[] record = backups.content(backups.names(".backup").getFirst());
    String text = new String(record, StandardCharsets.UTF_8);
    return Arrays.copyOf(record, text.stripTrailing().lastIndexOf('\n') + 1);
  }

  /**
   * Replaces the record and restores.
   *
   * @return whether there is a new store
   * @throws AssertionError when something was made of the record that should not have been
   */
  public static boolean read(byte[] lines) {
    boolean[] restored = new boolean[1];
    HeapLimit.check(() -> restored[0] = restores(lines), lines.length);
    return restored[0];
  }

  private static boolean restores(byte[] lines) {
    try {
      MemoryFileSystem disk = backedUp();
      StoreImage before = StoreImage.of(disk, STORE);
      Path record = BACKUPS.resolve(StoreImage.of(disk, BACKUPS).names(".backup").getFirst());
      disk.delete(record);
      try (WritableFile file = disk.create(record)) {
        file.write(ByteBuffer.wrap(withChecksum(lines)));
      }
      boolean restored = restore(disk);
      StoreImage after = StoreImage.of(disk, STORE);
      for (String name : after.names("")) {
        if (!Arrays.equals(before.content(name), after.content(name))) {
          throw new AssertionError("a restore into " + INTO + " wrote " + STORE.resolve(name));
        }
      }
      return restored;
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a disk in memory does not fail
    }
  }

  private static MemoryFileSystem backedUp() throws IOException {
    MemoryFileSystem disk = FileAttack.store("tiny").onDisk(STORE);
    StoreBackup.make(
        Sheaf.components().withFileSystem(disk), STORE, BACKUPS, 1, true, TIME_MILLIS, file -> {});
    return disk;
  }

  private static byte[] withChecksum(byte[] lines) {
    int checksum = new Crc32c().begin(1, 0).update(lines, 0, lines.length).value();
    byte[] last =
        ("crc32c " + HexFormat.of().toHexDigits(checksum) + "\n")
            .getBytes(StandardCharsets.US_ASCII);
    byte[] record = Arrays.copyOf(lines, lines.length + last.length);
    System.arraycopy(last, 0, record, lines.length, last.length);
    return record;
  }

  private static boolean restore(MemoryFileSystem disk) {
    try (BackupDirectory directory = BackupDirectory.open(disk, BACKUPS)) {
      BackupCheck.check(disk, directory, directory.backups(), file -> {});
      for (Backup backup : directory.backups()) {
        BackupRestore.restore(disk, directory, backup, INTO, file -> {});
      }
      return !directory.backups().isEmpty();
    } catch (IOException e) {
      return false; // refused, as it may be
    }
  }
}
