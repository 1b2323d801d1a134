package io.sheaf.torture.campaign;

import io.sheaf.engine.SmallStore;
import io.sheaf.engine.StoreImage;
import io.sheaf.lsm.coding.GrowableBuffer;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.io.MemoryFileSystem;
import io.sheaf.lsm.io.StoreId;
import io.sheaf.lsm.wal.LogOptions;
import io.sheaf.lsm.wal.LogReader;
import io.sheaf.lsm.wal.LogWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The log that another store would have in the place of one: of the same number, behind the same
 * log, with the same sequence numbers, but with other rows. Only the store's id tells it.
 *
 * <p><b>Thread safety.</b> Stateless.
 */
final class TwinLog {
  private static final Path OTHER = Path.of("/other");

  private TwinLog() {}

  /** The twin of the log {@code name}; nothing where that has no record. */
  static Optional<byte[]> of(StoreImage image, String name) throws IOException {
    MemoryFileSystem disk = image.onDisk(SmallStore.DIRECTORY);
    disk.createDirectories(OTHER);
    long number = FileNames.parse(name).orElseThrow().number();
    int records = 0;
    try (LogReader log = LogReader.open(disk, SmallStore.DIRECTORY, number);
        LogWriter twin =
            LogWriter.create(
                disk, OTHER, StoreId.random(), number, LogOptions.PLAIN, log.previous());
        GrowableBuffer payload = new GrowableBuffer(1 << 10)) {
      for (; log.next(); records++) {
        byte[] bytes = log.payload().toByteArray();
        bytes[bytes.length - 1] ^= 1; // of the last key or value
        payload.clear();
        payload.putBytes(Slice.of(bytes));
        twin.append(payload, log.firstSequence(), log.entryCount(), log.writeTimeMillis());
      }
    } catch (CorruptionException notBegun) {
      return Optional.empty();
    }
    return records == 0 ? Optional.empty() : Optional.of(StoreImage.of(disk, OTHER).content(name));
  }
}
