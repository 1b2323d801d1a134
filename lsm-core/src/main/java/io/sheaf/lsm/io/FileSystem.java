package io.sheaf.lsm.io;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * The one door to the disk: every file access of the store goes through it, so that tests can put a
 * simulated disk beneath (one that loses what was not synced, tears writes, fails the n-th call,
 * runs out of space).
 *
 * <p><b>Durability.</b> Content is durable after {@link WritableFile#sync}; that a name exists, was
 * removed or renamed is durable after {@link #syncDirectory} of its directory.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
public interface FileSystem {
  /** What the system reads and writes of a file at least. */
  int PAGE_BYTES = 4096;

  /**
   * Creates a file to be appended to.
   *
   * @throws java.nio.file.FileAlreadyExistsException when the name is taken
   * @throws java.nio.file.NoSuchFileException when its directory is not there
   * @throws NoSpaceException when the device has no room for its name
   */
  WritableFile create(Path file) throws IOException;

  /**
   * Opens an existing file to be overwritten from its beginning: for recycled logs. Its length and
   * what lies behind the last write stay, but for the bytes up to the next multiple of {@link
   * #PAGE_BYTES}: these stay or are zero.
   */
  WritableFile overwrite(Path file) throws IOException;

  /** Opens a file to be read at any place. */
  ReadableFile open(Path file) throws IOException;

  /**
   * Opens a file to be read in small pieces here and there. Where the system reads ahead, it is
   * told not to: who reads in order does so in large pieces.
   */
  default ReadableFile openForRandomReads(Path file) throws IOException {
    return open(file);
  }

  /**
   * Brings a file into the operating system's memory, where there is a device that is slower: a
   * hint, which a file system that has none leaves be. Takes the device for at most half of the
   * time, so that who reads meanwhile is not kept waiting for more than a step.
   *
   * @param stop asked again and again; once it says true, the rest is left
   */
  default void warm(Path file, BooleanSupplier stop) throws IOException {}

  /**
   * Gives {@code from} the name {@code to}, replacing it, atomically.
   *
   * @throws NoSpaceException when the device has no room for the name; nothing has changed
   */
  void rename(Path from, Path to) throws IOException;

  /**
   * Gives the content of {@code existing} the further name {@code link} (hard link).
   *
   * @throws NoSpaceException when the device has no room for the name; nothing has changed
   */
  void link(Path existing, Path link) throws IOException;

  /**
   * Removes a file, or a directory that is empty.
   *
   * @throws java.nio.file.NoSuchFileException when there is none
   * @throws java.nio.file.DirectoryNotEmptyException when something is in the directory
   */
  void delete(Path file) throws IOException;

  /** Whether a file or directory of this name is there. */
  boolean exists(Path file);

  /** Length in bytes. */
  long size(Path file) throws IOException;

  /** Bytes that the file takes on the device, as {@code du} counts them. */
  long allocatedBytes(Path file) throws IOException;

  /**
   * What tells a file from another one that takes its place or from itself after a change, without
   * reading it: where two answers are equal and not empty, the content is what it was, as far as
   * times of changes can be trusted. Without spaces and line ends.
   *
   * @return empty: it cannot be told
   */
  default String identity(Path file) throws IOException {
    return "";
  }

  /** Names of the files in {@code directory}, in no order. */
  List<String> list(Path directory) throws IOException;

  /**
   * Creates {@code directory} and those above it, where they are not there yet. What it creates is
   * durable when it returns.
   *
   * @throws NoSpaceException when the device has no room for one of them
   */
  void createDirectories(Path directory) throws IOException;

  /** Makes the names in {@code directory} durable. */
  void syncDirectory(Path directory) throws IOException;

  /** Bytes free on the device that holds {@code directory}. */
  long freeBytes(Path directory) throws IOException;

  /**
   * Takes the lock that keeps a second process, or a second opener in this one, away.
   *
   * @throws StoreInUseException that names the file and who may hold it, when it is taken
   */
  FileLock lock(Path file) throws IOException;

  /**
   * Takes the same lock for who reads the directory and changes nothing in it, the lock's file
   * included. Where that is missing, nobody has the directory open, and nothing is locked.
   *
   * @throws IOException see {@link #lock}
   */
  default FileLock lockForReading(Path file) throws IOException {
    return lock(file);
  }

  /** A lock that is held until it is closed or the process ends. */
  interface FileLock extends AutoCloseable {
    @Override
    void close() throws IOException;
  }
}
