package io.sheaf.lsm.io;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * The disk of this machine.
 *
 * <p><b>Durability.</b> {@link WritableFile#sync} is {@code fdatasync}: content and, where the file
 * has grown, its new length and place; only times and the like are left out. Into a recycled file,
 * whose blocks are written already, it needs no journal commit of the file system. On macOS Java
 * asks for {@code F_FULLFSYNC}. A directory is synced through a descriptor of its own; Windows
 * cannot and need not (NTFS keeps names in its journal).
 *
 * <p><b>Native calls.</b> {@link WritableFile#preallocate}, {@link #allocatedBytes} and {@link
 * #openForRandomReads} need Linux and native access for this module ({@code
 * --enable-native-access}). Without it the first does nothing, the second answers the file's
 * length, and the third opens a file as {@link #open} does.
 *
 * <p><b>Recycled files.</b> What is written into one is filled up with zeros to the end of its
 * page: a page that the system does not have in memory would be read before a part of it is
 * overwritten.
 *
 * <p><b>Interrupts.</b> A thread that is interrupted while it reads or writes finishes the call and
 * stays interrupted; the file stays open for the others. A sync tells whether it succeeded all the
 * same, see {@link UninterruptedSync}.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
public final class DiskFileSystem implements FileSystem {
  private static final int WARM_STEP_BYTES = 128 << 10;

  private static final boolean WINDOWS = System.getProperty("os.name", "").startsWith("Windows");

  @Override
  public WritableFile create(Path file) throws IOException {
    try {
      return DiskWritableFile.create(file);
    } catch (IOException e) {
      throw NoSpaceException.of("create", file, e);
    }
  }

  @Override
  public WritableFile overwrite(Path file) throws IOException {
    return DiskWritableFile.overPages(file);
  }

  @Override
  public ReadableFile open(Path file) throws IOException {
    return new DiskReadableFile(UninterruptedChannel.open(file, StandardOpenOption.READ));
  }

  @Override
  public ReadableFile openForRandomReads(Path file) throws IOException {
    LinuxCalls calls = LinuxCalls.available();
    ReadableFile opened = calls == null ? null : LinuxReadableFile.open(calls, file);
    return opened == null ? open(file) : opened; // which says why it cannot be opened
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw NoSpaceException.of("rename " + from + " to", to, e);
    }
  }

  @Override
  public void link(Path existing, Path link) throws IOException {
    try {
      Files.createLink(link, existing);
    } catch (FileSystemException e) {
      Path directory = link.toAbsolutePath().getParent();
      if (directory != null
          && Files.isDirectory(directory)
          && !Files.getFileStore(directory).equals(Files.getFileStore(existing))) {
        throw new FileSystemException(
            existing.toString(),
            link.toString(),
            "on another device, where no hard link leads: a checkpoint lies on the device of its"
                + " store, a backup may lie anywhere");
      }
      throw NoSpaceException.of("link " + existing + " as", link, e);
    }
  }

  @Override
  public void warm(Path file, BooleanSupplier stop) throws IOException {
    try (Arena arena = Arena.ofConfined();
        ReadableFile opened = openForRandomReads(file)) { // or the system reads on, megabytes
      ByteBuffer step = arena.allocate(WARM_STEP_BYTES).asByteBuffer();
      long offset = 0;
      int read = 1;
      while (read > 0 && !stop.getAsBoolean()) {
        long begin = System.nanoTime();
        read = opened.read(step.clear(), offset);
        offset += read;
        LockSupport.parkNanos(System.nanoTime() - begin); // half of the time is for others
      }
    }
  }

  @Override
  public void delete(Path file) throws IOException {
    Files.delete(file);
  }

  @Override
  public boolean exists(Path file) {
    return Files.exists(file);
  }

  @Override
  public long size(Path file) throws IOException {
    return Files.size(file);
  }

  @Override
  public long allocatedBytes(Path file) throws IOException {
    long size = Files.size(file);
    LinuxCalls calls = LinuxCalls.available();
    long allocated = calls == null ? -1 : calls.allocatedBytes(file);
    return allocated < 0 ? size : allocated;
  }

  @Override
  public String identity(Path file) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
    Object key = attributes.fileKey(); // device and number of the file; none on Windows
    return key == null
        ? ""
        : (key + "@" + attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS))
            .replaceAll("\\s", "");
  }

  @Override
  public List<String> list(Path directory) throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, Files::isRegularFile)) {
      for (Path file : files) {
        names.add(String.valueOf(file.getFileName()));
      }
    } catch (NotDirectoryException e) {
      NoSuchFileException file =
          new NoSuchFileException(directory.toString(), null, "is a file, not a directory");
      file.initCause(e);
      throw file;
    }
    return names;
  }

  @Override
  public void createDirectories(Path directory) throws IOException {
    Path absolute = directory.toAbsolutePath();
    List<Path> created = new ArrayList<>();
    for (Path at = absolute; at != null && !Files.exists(at); at = at.getParent()) {
      created.add(at);
    }
    try {
      Files.createDirectories(absolute);
    } catch (IOException e) {
      throw NoSpaceException.of("create directory", absolute, e);
    }
    for (Path each : created.reversed()) {
      Path parent = each.getParent();
      if (parent != null) {
        syncDirectory(parent);
      }
    }
  }

  @Override
  public void syncDirectory(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      throw new NoSuchFileException(directory.toString(), null, "no such directory");
    }
    if (WINDOWS) {
      return;
    }
    try (UninterruptedSync sync =
        UninterruptedSync.open(
            directory.toString(), () -> FileChannel.open(directory, StandardOpenOption.READ))) {
      sync.sync(true); // fdatasync may pass over a directory whose length has not changed
    }
  }

  @Override
  public long freeBytes(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      throw new NoSuchFileException(directory.toString(), null, "no such directory");
    }
    return directory.toFile().getUsableSpace(); // a FileStore opens the list of mounts to be found
  }

  @Override
  public FileLock lock(Path file) throws IOException {
    return DiskLock.take(file);
  }

  @Override
  public FileLock lockForReading(Path file) throws IOException {
    return exists(file) ? DiskLock.takeForReading(file) : () -> {};
  }
}
