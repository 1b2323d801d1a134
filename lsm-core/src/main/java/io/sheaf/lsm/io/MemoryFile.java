package io.sheaf.lsm.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A file of the {@link MemoryFileSystem} whatever its names are; it lives as long as it has a name
 * or is open.
 */
final class MemoryFile {
  private static final AtomicLong FILES = new AtomicLong();

  private final PagedBytes content;
  private final long number;
  private final AtomicLong changes;

  /** A file that is no other. */
  MemoryFile(PagedBytes content) {
    this(content, FILES.incrementAndGet(), 0);
  }

  private MemoryFile(PagedBytes content, long number, long changes) {
    this.content = content;
    this.number = number;
    this.changes = new AtomicLong(changes);
  }

  /** This file with what a copy of its disk holds of it. */
  MemoryFile with(PagedBytes kept) {
    return new MemoryFile(kept, number, changes.get());
  }

  /** See {@link FileSystem#identity}. */
  String identity() {
    return number + "@" + changes.get();
  }

  /** What the file holds. */
  PagedBytes content() {
    return content;
  }

  WritableFile writer(Path path) {
    return new Writer(path);
  }

  ReadableFile reader(Path path) {
    return new Reader(path);
  }

  private final class Writer implements WritableFile {
    private final Path path;
    private volatile long position;
    private volatile boolean closed;

    Writer(Path path) {
      this.path = path;
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
      check();
      long end = position + bytes.remaining();
      content.write(bytes, position);
      changes.incrementAndGet();
      position = end;
    }

    @Override
    public long position() {
      return position;
    }

    @Override
    public void preallocate(long length) throws IOException {
      check();
    }

    @Override
    public void truncate(long length) throws IOException {
      check();
      if (length < content.size()) {
        content.resize(length);
        changes.incrementAndGet();
      }
      position = Math.min(position, length);
    }

    @Override
    public void sync() throws IOException {
      check();
    }

    @Override
    public void close() {
      closed = true;
    }

    private void check() {
      if (closed) {
        throw new ClosedException("file " + path);
      }
    }
  }

  private final class Reader implements ReadableFile {
    private final Path path;
    private volatile boolean closed;

    Reader(Path path) {
      this.path = path;
    }

    @Override
    public int read(ByteBuffer target, long offset) throws IOException {
      check();
      return content.read(target, offset);
    }

    @Override
    public long size() throws IOException {
      check();
      return content.size();
    }

    @Override
    public void close() {
      closed = true;
    }

    private void check() {
      if (closed) {
        throw new ClosedException("file " + path);
      }
    }
  }
}
