package io.sheaf.engine.repair;

import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.ReadableFile;
import io.sheaf.lsm.io.WritableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Shows files as they were before they were damaged, in places where it is known what stood there.
 * On the disk they stay as they are.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads, as the file system beneath.
 *
 * @param disk the file system beneath
 * @param mends what stood in a file, by its path
 */
record MendedFileSystem(FileSystem disk, Map<Path, Mend> mends) implements FileSystem {
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

  private ReadableFile mended(Path path, ReadableFile file) {
    Mend mend = mends.get(path);
    return mend == null ? file : new MendedFile(file, mend);
  }

  @Override
  public ReadableFile open(Path file) throws IOException {
    return mended(file, disk.open(file));
  }

  @Override
  public ReadableFile openForRandomReads(Path file) throws IOException {
    return mended(file, disk.openForRandomReads(file));
  }

  @Override
  public WritableFile create(Path file) throws IOException {
    return disk.create(file);
  }

  @Override
  public WritableFile overwrite(Path file) throws IOException {
    return disk.overwrite(file);
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    disk.rename(from, to);
  }

  @Override
  public void link(Path existing, Path link) throws IOException {
    disk.link(existing, link);
  }

  @Override
  public void delete(Path file) throws IOException {
    disk.delete(file);
  }

  @Override
  public boolean exists(Path file) {
    return disk.exists(file);
  }

  @Override
  public long size(Path file) throws IOException {
    return disk.size(file);
  }

  @Override
  public long allocatedBytes(Path file) throws IOException {
    return disk.allocatedBytes(file);
  }

  @Override
  public List<String> list(Path directory) throws IOException {
    return disk.list(directory);
  }

  @Override
  public void createDirectories(Path directory) throws IOException {
    disk.createDirectories(directory);
  }

  @Override
  public void syncDirectory(Path directory) throws IOException {
    disk.syncDirectory(directory);
  }

  @Override
  public long freeBytes(Path directory) throws IOException {
    return disk.freeBytes(directory);
  }

  @Override
  public FileLock lock(Path file) throws IOException {
    return disk.lock(file);
  }

  @Override
  public FileLock lockForReading(Path file) throws IOException {
    return disk.lockForReading(file);
  }
}
