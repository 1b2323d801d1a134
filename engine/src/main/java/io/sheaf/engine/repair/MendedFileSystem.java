package io.sheaf.engine.repair;

import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.ForwardingFileSystem;
import io.sheaf.lsm.io.ReadableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;

/**
 * Shows files as they were before they were damaged, in places where it is known what stood there.
 * On the disk they stay as they are.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads, as the file system beneath.
 */
final class MendedFileSystem extends ForwardingFileSystem {
  /**
   * What stood at a place of a file.
   *
   * @param offset of the place, in bytes
   * @param bytes not to be changed
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Mend(long offset, byte[] bytes) {
    /** Puts what stood there into {@code read}, which was read from {@code from} to {@code to}. */
    private void apply(ByteBuffer read, int begin, long from, long to) {
      long first = Math.max(from, offset);
      long end = Math.min(to, offset + bytes.length);
      if (first < end) {
        read.put(begin + (int) (first - from), bytes, (int) (first - offset), (int) (end - first));
      }
    }
  }

  /** A file with what stood there. */
  private record MendedFile(ReadableFile file, Mend mend) implements ReadableFile {
    @Override
    public int read(ByteBuffer target, long offset) throws IOException {
      int begin = target.position();
      int read = file.read(target, offset);
      mend.apply(target, begin, offset, offset + read);
      return read;
    }

    @Override
    public boolean announce(long offset, long length) {
      return file.announce(offset, length);
    }

    @Override
    public long size() throws IOException {
      return file.size();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }

  private final Map<Path, Mend> mends;

  /**
   * Mends what is read.
   *
   * @param disk the file system beneath
   * @param mends what stood in a file, by its path
   */
  MendedFileSystem(FileSystem disk, Map<Path, Mend> mends) {
    super(disk);
    this.mends = Map.copyOf(mends);
  }

  private ReadableFile mended(Path path, ReadableFile file) {
    Mend mend = mends.get(path);
    return mend == null ? file : new MendedFile(file, mend);
  }

  @Override
  public ReadableFile open(Path file) throws IOException {
    return mended(file, beneath().open(file));
  }

  @Override
  public ReadableFile openForRandomReads(Path file) throws IOException {
    return mended(file, beneath().openForRandomReads(file));
  }
}
