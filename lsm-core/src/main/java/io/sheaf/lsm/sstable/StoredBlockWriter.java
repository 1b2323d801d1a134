package io.sheaf.lsm.sstable;

import io.sheaf.lsm.coding.Compression;
import io.sheaf.lsm.coding.Compressor;
import io.sheaf.lsm.coding.Crc32c;
import io.sheaf.lsm.coding.Dictionary;
import io.sheaf.lsm.coding.GrowableBuffer;
import io.sheaf.lsm.io.Cleanup;
import io.sheaf.lsm.io.FileHeader;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.WritableFile;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * Writes the header, stored blocks and footer of an SSTable, see {@link TableFormat}; gathers small
 * blocks into writes of some size.
 *
 * <p><b>Thread safety.</b> None. <b>Ownership.</b> The creator closes it; the file is the
 * creator's.
 */
final class StoredBlockWriter implements AutoCloseable {
  private static final int WRITE_BYTES = 256 << 10;

  private final WritableFile file;
  private final long fileNumber;
  private final int version;
  private final Compressor compressor;
  private final Compressor dataCompressor;
  private final Crc32c crc = new Crc32c();
  private final GrowableBuffer out;
  private long written;

  /** Begins the file with its header and the dictionary of its data. */
  StoredBlockWriter(
      WritableFile file,
      long fileNumber,
      int version,
      Compression compression,
      @Nullable Dictionary dictionary)
      throws IOException {
    this.file = file;
    this.fileNumber = fileNumber;
    this.version = version;
    Cleanup undo = new Cleanup();
    try {
      this.compressor = undo.add(new Compressor(compression));
      this.dataCompressor = undo.add(new Compressor(compression, dictionary));
      this.out = undo.add(new GrowableBuffer(WRITE_BYTES + (64 << 10)));
      FileHeader.appendOfTable(FileKind.SSTABLE, version, fileNumber, out);
      if (dictionary != null) {
        writeDictionary(dictionary);
      }
    } catch (Throwable e) {
      undo.run(e);
      throw e;
    }
  }

  private void writeDictionary(Dictionary dictionary) throws IOException {
    try (GrowableBuffer raw = new GrowableBuffer(dictionary.length())) {
      dictionary.append(raw);
      writePlain(raw);
    }
  }

  /** Offset in the file of what comes next, in bytes. */
  long position() {
    return written + out.size();
  }

  /** Writes a data block, compressed with the dictionary where that saves space. */
  void writeData(GrowableBuffer raw) throws IOException {
    write(raw, dataCompressor);
  }

  /** Writes a block, compressed where that saves space. */
  void writeCompressed(GrowableBuffer raw) throws IOException {
    write(raw, compressor);
  }

  /** Writes a block as it is. */
  void writePlain(GrowableBuffer raw) throws IOException {
    write(raw, null);
  }

  private void write(GrowableBuffer raw, @Nullable Compressor with) throws IOException {
    if (raw.size() > TableFormat.MAX_RAW_BYTES) {
      throw new IllegalArgumentException(
          "block of " + raw.size() + " bytes, at most " + TableFormat.MAX_RAW_BYTES);
    }
    int start = out.size();
    out.putInt(0);
    out.putInt(raw.size());
    out.putByte(Compression.Codec.NONE.code());
    if (with != null) {
      Compression.Codec codec = with.compress(raw.byteBuffer(0, raw.size()), out);
      out.segment().set(ValueLayout.JAVA_BYTE, start + 8L, (byte) codec.code());
    } else {
      out.putBytes(raw.segment(), 0, raw.size());
    }
    out.setInt(start, out.size() - start - TableFormat.STORED_HEADER_BYTES);
    crc.begin(fileNumber, written + start).update(out.byteBuffer(start, out.size() - start));
    out.putInt(crc.value());
    if (out.size() >= WRITE_BYTES) {
      flush();
    }
  }

  /** Ends the file with its footer; everything is handed to the file afterwards. */
  void writeFooter(TableFooter footer) throws IOException {
    footer.append(version, fileNumber, position(), out);
    flush();
  }

  private void flush() throws IOException {
    file.write(out.byteBuffer(0, out.size()));
    written += out.size();
    out.clear();
  }

  @Override
  public void close() {
    compressor.close();
    dataCompressor.close();
    out.close();
  }
}
