package io.sheaf.lsm.io;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * A file system that does what the one beneath does, for those that change some calls only. {@link
 * #openForRandomReads} comes to {@link #open}, so that who changes the one has changed the other.
 *
 * <p><b>Thread safety.</b> That of the file system beneath.
 */
public abstract class ForwardingFileSystem implements FileSystem {
  private final FileSystem beneath;

  /** Forwards to {@code beneath}. */
  protected ForwardingFileSystem(FileSystem beneath) {
    this.beneath = beneath;
  }

  /** The file system beneath. */
  protected final FileSystem beneath() {
    return beneath;
  }

  @Override
  public WritableFile create(Path file) throws IOException {
    return beneath.create(file);
  }

  @Override
  public WritableFile overwrite(Path file) throws IOException {
    return beneath.overwrite(file);
  }

  @Override
  public ReadableFile open(Path file) throws IOException {
    return beneath.open(file);
  }

  @Override
  public void warm(Path file, BooleanSupplier stop) throws IOException {
    beneath.warm(file, stop);
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    beneath.rename(from, to);
  }

  @Override
  public void link(Path existing, Path link) throws IOException {
    beneath.link(existing, link);
  }

  @Override
  public void delete(Path file) throws IOException {
    beneath.delete(file);
  }

  @Override
  public boolean exists(Path file) {
    return beneath.exists(file);
  }

  @Override
  public long size(Path file) throws IOException {
    return beneath.size(file);
  }

  @Override
  public long allocatedBytes(Path file) throws IOException {
    return beneath.allocatedBytes(file);
  }

  @Override
  public String identity(Path file) throws IOException {
    return beneath.identity(file);
  }

  @Override
  public List<String> list(Path directory) throws IOException {
    return beneath.list(directory);
  }

  @Override
  public void createDirectories(Path directory) throws IOException {
    beneath.createDirectories(directory);
  }

  @Override
  public void syncDirectory(Path directory) throws IOException {
    beneath.syncDirectory(directory);
  }

  @Override
  public long freeBytes(Path directory) throws IOException {
    return beneath.freeBytes(directory);
  }

  @Override
  public FileLock lock(Path file) throws IOException {
    return beneath.lock(file);
  }

  @Override
  public FileLock lockForReading(Path file) throws IOException {
    return beneath.lockForReading(file);
  }
}
