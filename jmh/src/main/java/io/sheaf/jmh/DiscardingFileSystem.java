package io.sheaf.jmh;

import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.ReadableFile;
import io.sheaf.lsm.io.WritableFile;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * A file system that forgets what is written to it, so that who writes a file is measured alone and
 * may go on for ever. There is never a file to read.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
final class DiscardingFileSystem implements FileSystem {
  @Override
  public WritableFile create(Path file) {
    return new DiscardingFile();
  }

  @Override
  public WritableFile overwrite(Path file) {
    return new DiscardingFile();
  }

  @Override
  public ReadableFile open(Path file) throws NoSuchFileException {
    throw forgotten(file);
  }

  @Override
  public void rename(Path from, Path to) {}

  @Override
  public void link(Path existing, Path link) {}

  @Override
  public void delete(Path file) {}

  @Override
  public boolean exists(Path file) {
    return false;
  }

  @Override
  public long size(Path file) throws NoSuchFileException {
    throw forgotten(file);
  }

  @Override
  public long allocatedBytes(Path file) throws NoSuchFileException {
    throw forgotten(file);
  }

  @Override
  public List<String> list(Path directory) {
    return List.of();
  }

  @Override
  public void createDirectories(Path directory) {}

  @Override
  public void syncDirectory(Path directory) {}

  @Override
  public long freeBytes(Path directory) {
    return Long.MAX_VALUE;
  }

  @Override
  public FileLock lock(Path file) {
    return () -> {};
  }

  private static NoSuchFileException forgotten(Path file) {
    return new NoSuchFileException(file.toString(), null, "what is written here is not kept");
  }

  /** Counts the bytes. */
  private static final class DiscardingFile implements WritableFile {
    private long position;

    @Override
    public void write(ByteBuffer bytes) {
      position += bytes.remaining();
      bytes.position(bytes.limit());
    }

    @Override
    public long position() {
      return position;
    }

    @Override
    public void preallocate(long length) {}

    @Override
    public void truncate(long length) {}

    @Override
    public void sync() {}

    @Override
    public void close() {}
  }
}
