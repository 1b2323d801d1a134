package io.sheaf.lsm.sstable;

import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.ReadableFile;
import io.sheaf.lsm.io.WritableFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Files in the heap, as much of them as tables need. */
final class HeapFiles implements FileSystem {
  private final Map<Path, byte[]> files = new ConcurrentHashMap<>();

  @Override
  public WritableFile create(Path file) throws IOException {
    if (files.putIfAbsent(file, new byte[0]) != null) {
      throw new FileAlreadyExistsException(file.toString());
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    return new WritableFile() {
      @Override
      public void write(ByteBuffer source) {
        byte[] copy = new byte[source.remaining()];
        source.get(copy);
        bytes.writeBytes(copy);
      }

      @Override
      public long position() {
        return bytes.size();
      }

      @Override
      public void preallocate(long length) {}

      @Override
      public void truncate(long length) {
        throw new UnsupportedOperationException();
      }

      @Override
      public void sync() {
        files.put(file, bytes.toByteArray());
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public ReadableFile open(Path file) throws IOException {
    byte[] bytes = files.get(file);
    if (bytes == null) {
      throw new NoSuchFileException(file.toString());
    }
    return new ReadableFile() {
      @Override
      public int read(ByteBuffer target, long offset) {
        int length = (int) Math.max(0, Math.min(target.remaining(), bytes.length - offset));
        target.put(bytes, (int) Math.min(offset, bytes.length), length);
        return length;
      }

      @Override
      public long size() {
        return bytes.length;
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public void delete(Path file) throws IOException {
    if (files.remove(file) == null) {
      throw new NoSuchFileException(file.toString());
    }
  }

  @Override
  public boolean exists(Path file) {
    return files.containsKey(file);
  }

  @Override
  public long size(Path file) throws IOException {
    try (ReadableFile opened = open(file)) {
      return opened.size();
    }
  }

  @Override
  public WritableFile overwrite(Path file) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void rename(Path from, Path to) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void link(Path existing, Path link) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long allocatedBytes(Path file) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<String> list(Path directory) {
    return files.keySet().stream().map(file -> file.getFileName().toString()).toList();
  }

  @Override
  public void createDirectories(Path directory) {}

  @Override
  public void syncDirectory(Path directory) {}

  @Override
  public long freeBytes(Path directory) {
    throw new UnsupportedOperationException();
  }

  @Override
  public FileLock lock(Path file) {
    throw new UnsupportedOperationException();
  }
}
