package io.sheaf.lsm.version;

import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.ReadableFile;
import io.sheaf.lsm.io.WritableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Files in memory that fail from the n-th call on, and lose what was not synced in pieces smaller
 * than a record of a manifest: a disk that tears whole sectors hardly ever loses one record and
 * keeps the next.
 */
final class TornFiles implements FileSystem {
  private static final int PAGE_BYTES = 32;

  private final Map<Path, Content> names = new TreeMap<>();
  private final Map<Path, Content> durableNames = new TreeMap<>();
  private int calls;
  private int failFrom = Integer.MAX_VALUE;

  /** What a file holds, and what of it is durable. */
  private static final class Content {
    byte[] bytes = new byte[0];
    byte[] durable = new byte[0];

    Content torn(Random random) {
      int shorter = Math.min(bytes.length, durable.length);
      int longer = Math.max(bytes.length, durable.length);
      byte[] torn =
          Arrays.copyOf(
              durable, random.nextBoolean() ? longer : random.nextInt(shorter, longer + 1));
      for (int page = 0; page < torn.length; page += PAGE_BYTES) {
        if (random.nextBoolean() && page < bytes.length) {
          int length = Math.min(PAGE_BYTES, Math.min(torn.length, bytes.length) - page);
          System.arraycopy(bytes, page, torn, page, length);
        }
      }
      Content content = new Content();
      content.bytes = torn;
      content.durable = torn;
      return content;
    }
  }

  /** Fails call {@code number} and all after it. */
  void failFrom(int number) {
    failFrom = number;
  }

  /** Number of calls that could fail so far. */
  int calls() {
    return calls;
  }

  /** What a power cut leaves. */
  TornFiles afterPowerCut(Random random) {
    TornFiles left = new TornFiles();
    Map<Content, Content> torn = new HashMap<>();
    TreeSet<Path> all = new TreeSet<>(names.keySet());
    all.addAll(durableNames.keySet());
    for (Path path : all) {
      Content content = (random.nextBoolean() ? names : durableNames).get(path);
      if (content != null) {
        left.names.put(path, torn.computeIfAbsent(content, c -> c.torn(random)));
      }
    }
    left.durableNames.putAll(left.names);
    return left;
  }

  /** The same files, to be changed on their own. */
  TornFiles copy() {
    TornFiles copy = new TornFiles();
    names.forEach((path, content) -> copy.put(path, content.bytes.clone()));
    return copy;
  }

  byte[] bytes(Path path) {
    return content(path).bytes.clone();
  }

  void put(Path path, byte[] bytes) {
    Content content = new Content();
    content.bytes = bytes;
    content.durable = bytes;
    names.put(path, content);
    durableNames.put(path, content);
  }

  @Override
  public WritableFile create(Path file) throws IOException {
    call();
    if (names.containsKey(file)) {
      throw new FileAlreadyExistsException(file.toString());
    }
    Content content = new Content();
    names.put(file, content);
    return new Writer(content);
  }

  @Override
  public WritableFile overwrite(Path file) {
    throw new UnsupportedOperationException();
  }

  @Override
  public ReadableFile open(Path file) throws IOException {
    call();
    Content content = content(existing(file));
    return new ReadableFile() {
      @Override
      public int read(ByteBuffer target, long offset) throws IOException {
        call();
        int length = (int) Math.min(target.remaining(), Math.max(0, size() - offset));
        target.put(content.bytes, (int) offset, length);
        return length;
      }

      @Override
      public long size() {
        return content.bytes.length;
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    call();
    names.put(to, content(existing(from)));
    names.remove(from);
  }

  @Override
  public void link(Path existing, Path link) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void delete(Path file) throws IOException {
    call();
    names.remove(existing(file));
  }

  @Override
  public boolean exists(Path file) {
    return names.keySet().stream().anyMatch(path -> path.startsWith(file));
  }

  @Override
  public long size(Path file) throws IOException {
    return content(existing(file)).bytes.length;
  }

  @Override
  public long allocatedBytes(Path file) throws IOException {
    return size(file);
  }

  @Override
  public List<String> list(Path directory) throws IOException {
    call();
    return names.keySet().stream()
        .filter(path -> directory.equals(path.getParent()))
        .map(path -> String.valueOf(path.getFileName()))
        .toList();
  }

  @Override
  public void createDirectories(Path directory) throws IOException {
    call();
  }

  @Override
  public void syncDirectory(Path directory) throws IOException {
    call();
    durableNames.clear();
    durableNames.putAll(names);
  }

  @Override
  public long freeBytes(Path directory) {
    return Long.MAX_VALUE;
  }

  @Override
  public FileLock lock(Path file) {
    throw new UnsupportedOperationException();
  }

  private void call() throws IOException {
    if (++calls >= failFrom) {
      throw new IOException("injected at call " + calls);
    }
  }

  private Path existing(Path file) throws NoSuchFileException {
    if (!names.containsKey(file)) {
      throw new NoSuchFileException(file.toString());
    }
    return file;
  }

  private Content content(Path path) {
    @Nullable Content content = names.get(path);
    if (content == null) {
      throw new AssertionError("no file " + path);
    }
    return content;
  }

  private final class Writer implements WritableFile {
    private final Content content;

    Writer(Content content) {
      this.content = content;
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
      int from = content.bytes.length;
      int length = bytes.remaining();
      byte[] longer = Arrays.copyOf(content.bytes, from + length);
      bytes.get(longer, from, length);
      content.bytes = longer;
      call();
    }

    @Override
    public long position() {
      return content.bytes.length;
    }

    @Override
    public void preallocate(long length) {}

    @Override
    public void truncate(long length) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void sync() throws IOException {
      call();
      content.durable = content.bytes;
    }

    @Override
    public void close() {}
  }
}
