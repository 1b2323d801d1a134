package io.sheaf.valuelog;

import io.sheaf.lsm.cache.MemoryBudget;
import io.sheaf.lsm.io.ClosedException;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.io.FileSystem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The value files that are open for reading, by number. A file is opened when it is first read.
 * When there are many, one that was not read lately makes room (second chance).
 *
 * <p><b>Thread safety.</b> Safe for any number of threads; a file that is open is found without a
 * lock. <b>Ownership.</b> The value log closes it; files in the hands of readers stay open until
 * they give them back.
 */
final class OpenValueFiles implements AutoCloseable {
  private final FileSystem fileSystem;
  private final Path directory;
  private final int mostOpen;
  private final MemoryBudget budget;
  private final ConcurrentHashMap<Long, OpenValueFile> files = new ConcurrentHashMap<>();
  private volatile boolean closed;

  /** Keeps up to {@code mostOpen} files open, and those in the hands of readers. */
  OpenValueFiles(FileSystem fileSystem, Path directory, int mostOpen, MemoryBudget budget) {
    this.fileSystem = fileSystem;
    this.directory = directory;
    this.mostOpen = mostOpen;
    this.budget = budget;
  }

  /** Path of the value file with this number. */
  Path path(long number) {
    return directory.resolve(FileNames.of(FileKind.VALUES, number));
  }

  /** The file, open; the caller closes it. */
  OpenValueFile acquire(long number) throws IOException {
    checkOpen();
    OpenValueFile open = files.get(number);
    return open != null && open.tryAcquire() ? open : openOnce(number);
  }

  private synchronized OpenValueFile openOnce(long number) throws IOException {
    checkOpen();
    OpenValueFile open = files.get(number);
    if (open != null && open.tryAcquire()) {
      return open;
    }
    makeRoom();
    OpenValueFile opened = OpenValueFile.open(fileSystem, path(number), number, budget);
    boolean acquired = opened.tryAcquire();
    assert acquired;
    files.put(number, opened);
    return opened;
  }

  private void makeRoom() {
    if (files.size() < mostOpen) {
      return;
    }
    for (int round = 0; round < 2; round++) {
      for (Iterator<OpenValueFile> all = files.values().iterator(); all.hasNext(); ) {
        OpenValueFile candidate = all.next();
        if (!candidate.testAndClearRecentlyUsed()) {
          all.remove();
          candidate.close();
          return;
        }
      }
    }
  }

  /** Closes a file when its readers are done with it. */
  synchronized void forget(long number) {
    OpenValueFile open = files.remove(number);
    if (open != null) {
      open.close();
    }
  }

  /** Number of files that are open. */
  int size() {
    return files.size();
  }

  private void checkOpen() {
    if (closed) {
      throw new ClosedException("value log in " + directory);
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    files.values().forEach(OpenValueFile::close);
    files.clear();
  }
}
