package io.sheaf.lsm.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A file system in the heap, for tests and for stores that need not outlive their process. It
 * answers like the {@link DiskFileSystem}, errors included; syncing does nothing.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
public final class MemoryFileSystem implements FileSystem {
  private final Map<Path, Map<String, MemoryFile>> directories = new HashMap<>();
  private final Set<Path> locks = new HashSet<>();

  @Override
  public synchronized WritableFile create(Path file) throws IOException {
    Map<String, MemoryFile> directory = directoryOf(file);
    if (exists(file)) {
      throw new FileAlreadyExistsException(file.toString());
    }
    MemoryFile created = new MemoryFile(new PagedBytes());
    directory.put(nameOf(file), created);
    return created.writer(file);
  }

  @Override
  public WritableFile overwrite(Path file) throws IOException {
    return file(file).writer(file);
  }

  @Override
  public ReadableFile open(Path file) throws IOException {
    return file(file).reader(file);
  }

  @Override
  public synchronized void rename(Path from, Path to) throws IOException {
    MemoryFile moved = file(from);
    Map<String, MemoryFile> target = directoryOf(to);
    directoryOf(from).remove(nameOf(from));
    target.put(nameOf(to), moved);
  }

  @Override
  public synchronized void link(Path existing, Path link) throws IOException {
    MemoryFile linked = file(existing);
    Map<String, MemoryFile> target = directoryOf(link);
    if (exists(link)) {
      throw new FileAlreadyExistsException(link.toString());
    }
    target.put(nameOf(link), linked);
  }

  @Override
  public synchronized void delete(Path file) throws IOException {
    Path absolute = absolute(file);
    Map<String, MemoryFile> directory = directories.get(absolute);
    if (directory != null) {
      if (!directory.isEmpty()
          || directories.keySet().stream()
              .anyMatch(other -> !other.equals(absolute) && other.startsWith(absolute))) {
        throw new DirectoryNotEmptyException(file.toString());
      }
      directories.remove(absolute);
      return;
    }
    if (directoryOf(file).remove(nameOf(file)) == null) {
      throw new NoSuchFileException(file.toString());
    }
  }

  @Override
  public synchronized boolean exists(Path file) {
    Path absolute = absolute(file);
    if (directories.containsKey(absolute)) {
      return true;
    }
    Map<String, MemoryFile> directory = directories.get(absolute.getParent());
    return directory != null && directory.containsKey(nameOf(file));
  }

  @Override
  public long size(Path file) throws IOException {
    return file(file).content().size();
  }

  @Override
  public long allocatedBytes(Path file) throws IOException {
    return file(file).content().allocatedBytes();
  }

  @Override
  public String identity(Path file) throws IOException {
    return file(file).identity();
  }

  @Override
  public synchronized List<String> list(Path directory) throws IOException {
    return new ArrayList<>(directory(directory).keySet());
  }

  @Override
  public synchronized void createDirectories(Path directory) throws IOException {
    for (Path at = absolute(directory); at != null; at = at.getParent()) {
      Path parent = at.getParent();
      Map<String, MemoryFile> above = parent == null ? null : directories.get(parent);
      if (above != null && above.containsKey(nameOf(at))) {
        throw new FileAlreadyExistsException(at.toString());
      }
    }
    for (Path at = absolute(directory); at != null; at = at.getParent()) {
      directories.computeIfAbsent(at, created -> new HashMap<>());
    }
  }

  @Override
  public synchronized void syncDirectory(Path directory) throws IOException {
    directory(directory);
  }

  /** The heap but for the files: there is no other limit. */
  @Override
  public synchronized long freeBytes(Path directory) throws IOException {
    directory(directory);
    long used = 0;
    for (Map<String, MemoryFile> files : directories.values()) {
      used += files.values().stream().mapToLong(file -> file.content().size()).sum();
    }
    return Math.max(0, Runtime.getRuntime().maxMemory() - used);
  }

  @Override
  public synchronized FileLock lock(Path file) throws IOException {
    Map<String, MemoryFile> directory = directoryOf(file);
    Path key = absolute(file);
    if (!locks.add(key)) {
      throw new StoreInUseException(
          file.toString(), "this process, " + ProcessHandle.current().pid());
    }
    PagedBytes pid = new PagedBytes();
    pid.write(
        ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)),
        0);
    directory.put(nameOf(file), new MemoryFile(pid));
    return new MemoryLock(key);
  }

  @Override
  public synchronized FileLock lockForReading(Path file) throws IOException {
    Path key = absolute(file);
    if (!directoryOf(file).containsKey(nameOf(file))) {
      return () -> {};
    }
    if (!locks.add(key)) {
      throw new StoreInUseException(
          file.toString(), "this process, " + ProcessHandle.current().pid());
    }
    return new MemoryLock(key);
  }

  /** The file of this name. */
  synchronized MemoryFile file(Path file) throws NoSuchFileException {
    MemoryFile found = directoryOf(file).get(nameOf(file));
    if (found == null) {
      throw new NoSuchFileException(file.toString());
    }
    return found;
  }

  /** Gives {@code content} this name, in a directory that is created where it is missing. */
  synchronized void place(Path file, MemoryFile content) {
    Path absolute = absolute(file);
    for (Path at = absolute.getParent(); at != null; at = at.getParent()) {
      directories.computeIfAbsent(at, created -> new HashMap<>());
    }
    Map<String, MemoryFile> directory = directories.get(absolute.getParent());
    if (directory != null) {
      directory.put(nameOf(absolute), content);
    }
  }

  /** The directories there are. */
  synchronized Set<Path> directories() {
    return Set.copyOf(directories.keySet());
  }

  static Path absolute(Path file) {
    return file.toAbsolutePath().normalize();
  }

  static String nameOf(Path file) {
    return String.valueOf(absolute(file).getFileName());
  }

  private Map<String, MemoryFile> directoryOf(Path file) throws NoSuchFileException {
    Path parent = absolute(file).getParent();
    Map<String, MemoryFile> directory = parent == null ? null : directories.get(parent);
    if (directory == null) {
      throw new NoSuchFileException(file.toString(), null, "its directory is not there");
    }
    return directory;
  }

  private Map<String, MemoryFile> directory(Path directory) throws NoSuchFileException {
    @Nullable Map<String, MemoryFile> found = directories.get(absolute(directory));
    if (found == null) {
      throw new NoSuchFileException(directory.toString(), null, "no such directory");
    }
    return found;
  }

  private final class MemoryLock implements FileLock {
    private final Path key;
    private boolean closed;

    MemoryLock(Path key) {
      this.key = key;
    }

    @Override
    public void close() {
      synchronized (MemoryFileSystem.this) {
        if (!closed) {
          closed = true;
          locks.remove(key);
        }
      }
    }
  }
}
