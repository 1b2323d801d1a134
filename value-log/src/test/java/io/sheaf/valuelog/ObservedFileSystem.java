package io.sheaf.valuelog;

import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.ForwardingFileSystem;
import io.sheaf.lsm.io.ReadableFile;
import io.sheaf.lsm.io.WritableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** A file system that tells of each call before it is done; who is told may throw or wait. */
final class ObservedFileSystem extends ForwardingFileSystem {
  /** What is about to be done. */
  enum Call {
    CREATE,
    OPEN,
    WRITE,
    SYNC,
    READ,
    ANNOUNCE,
    CLOSE,
    DELETE
  }

  /** Is told of calls. */
  interface Observer {
    void before(Call call, Path path) throws IOException;
  }

  private volatile Observer observer = (call, path) -> {};
  private volatile boolean takesAnnouncements;

  ObservedFileSystem(FileSystem disk) {
    super(disk);
  }

  /** Takes announcements of reads from now on. */
  void takeAnnouncements() {
    takesAnnouncements = true;
  }

  void observe(Observer observer) {
    this.observer = observer;
  }

  @Override
  public WritableFile create(Path path) throws IOException {
    observer.before(Call.CREATE, path);
    WritableFile file = beneath().create(path);
    return new WritableFile() {
      @Override
      public void write(ByteBuffer bytes) throws IOException {
        observer.before(Call.WRITE, path);
        file.write(bytes);
      }

      @Override
      public long position() {
        return file.position();
      }

      @Override
      public void preallocate(long length) throws IOException {
        file.preallocate(length);
      }

      @Override
      public void truncate(long length) throws IOException {
        file.truncate(length);
      }

      @Override
      public void sync() throws IOException {
        observer.before(Call.SYNC, path);
        file.sync();
      }

      @Override
      public void close() throws IOException {
        file.close();
      }
    };
  }

  @Override
  public ReadableFile open(Path path) throws IOException {
    observer.before(Call.OPEN, path);
    ReadableFile file = beneath().open(path);
    return new ReadableFile() {
      @Override
      public int read(ByteBuffer target, long offset) throws IOException {
        observer.before(Call.READ, path);
        return file.read(target, offset);
      }

      @Override
      public boolean announce(long offset, long length) {
        if (takesAnnouncements) {
          try {
            observer.before(Call.ANNOUNCE, path);
          } catch (IOException e) {
            return false;
          }
        }
        return takesAnnouncements;
      }

      @Override
      public long size() throws IOException {
        return file.size();
      }

      @Override
      public void close() throws IOException {
        observer.before(Call.CLOSE, path);
        file.close();
      }
    };
  }

  @Override
  public void delete(Path file) throws IOException {
    observer.before(Call.DELETE, file);
    beneath().delete(file);
  }
}
