package io.sheaf.lsm.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A file system that fails on request, over any other. A test runs its workload with the n-th call
 * of a kind failing, for n = 1, 2, …, until a run in which {@link #injectedFaults} stays 0.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
public final class FaultFileSystem implements FileSystem {
  /** The kinds of calls that can fail. */
  public enum Operation {
    /** {@link FileSystem#create}. */
    CREATE,
    /** {@link FileSystem#overwrite}. */
    OVERWRITE,
    /** {@link FileSystem#open}. */
    OPEN,
    /** {@link ReadableFile#read}. */
    READ,
    /** {@link WritableFile#write}. */
    WRITE,
    /** {@link WritableFile#sync}. */
    SYNC,
    /** {@link WritableFile#truncate}. */
    TRUNCATE,
    /** {@link FileSystem#rename}. */
    RENAME,
    /** {@link FileSystem#link}. */
    LINK,
    /** {@link FileSystem#delete}. */
    DELETE,
    /** {@link FileSystem#list}. */
    LIST,
    /** {@link FileSystem#syncDirectory}. */
    SYNC_DIRECTORY
  }

  /** What a failing call throws. */
  public static final class InjectedException extends IOException {
    private static final long serialVersionUID = 1L;

    InjectedException(String message) {
      super(message);
    }
  }

  /** Calls counted down until one fails, and what happens then. */
  private record Plan(AtomicLong left, boolean fromThenOn) {
    boolean strikes() {
      long now = left.decrementAndGet();
      return fromThenOn ? now <= 0 : now == 0;
    }
  }

  private final FileSystem beneath;
  private final Map<Operation, AtomicLong> calls = new EnumMap<>(Operation.class);
  private final Map<Operation, Plan> plans = new EnumMap<>(Operation.class);
  private final AtomicLong injected = new AtomicLong();
  private final AtomicLong spaceBytes = new AtomicLong(Long.MAX_VALUE);
  private @Nullable Plan flips;
  private @Nullable Random flipper;
  private @Nullable Random tearing;
  private @Nullable CrashFileSystem losing;

  /** Fails nothing until told to. */
  public FaultFileSystem(FileSystem beneath) {
    this.beneath = beneath;
    for (Operation operation : Operation.values()) {
      calls.put(operation, new AtomicLong());
    }
  }

  /** The {@code nth} call of this kind from now on fails, 1 being the next. */
  public synchronized void failOnce(Operation operation, long nth) {
    plans.put(operation, new Plan(new AtomicLong(nth), false));
  }

  /** The {@code nth} call of this kind from now on fails, and each one after it. */
  public synchronized void failFrom(Operation operation, long nth) {
    plans.put(operation, new Plan(new AtomicLong(nth), true));
  }

  /** A write that fails first writes a part of its bytes, its length drawn by {@code random}. */
  public synchronized void tearFailingWrites(Random random) {
    tearing = random;
  }

  /**
   * A sync that fails takes the unsynced pages with it, and the next one succeeds without them.
   *
   * @param disk what lies beneath, or beneath that
   */
  public synchronized void losePagesOnFailingSync(CrashFileSystem disk) {
    losing = disk;
  }

  /** The {@code nth} read from now on returns with one bit flipped. */
  public synchronized void flipOnce(long nth, Random random) {
    flips = new Plan(new AtomicLong(nth), false);
    flipper = random;
  }

  /** After {@code bytes} more bytes there is no space; call again to make space. */
  public void limitSpace(long bytes) {
    spaceBytes.set(bytes);
  }

  /** Fails nothing any more; faults that happened stay. */
  public synchronized void heal() {
    plans.clear();
    flips = null;
    tearing = null;
    losing = null;
    spaceBytes.set(Long.MAX_VALUE);
  }

  /** How many calls of this kind there were. */
  public long calls(Operation operation) {
    return counter(operation).get();
  }

  /** How many faults struck. */
  public long injectedFaults() {
    return injected.get();
  }

  @Override
  public WritableFile create(Path file) throws IOException {
    strike(Operation.CREATE, file);
    return new Writer(file, beneath.create(file));
  }

  @Override
  public WritableFile overwrite(Path file) throws IOException {
    strike(Operation.OVERWRITE, file);
    return new Writer(file, beneath.overwrite(file));
  }

  @Override
  public ReadableFile open(Path file) throws IOException {
    strike(Operation.OPEN, file);
    return new Reader(file, beneath.open(file));
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    strike(Operation.RENAME, from);
    beneath.rename(from, to);
  }

  @Override
  public void link(Path existing, Path link) throws IOException {
    strike(Operation.LINK, existing);
    beneath.link(existing, link);
  }

  @Override
  public void delete(Path file) throws IOException {
    strike(Operation.DELETE, file);
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
  public List<String> list(Path directory) throws IOException {
    strike(Operation.LIST, directory);
    return beneath.list(directory);
  }

  @Override
  public void createDirectories(Path directory) throws IOException {
    beneath.createDirectories(directory);
  }

  @Override
  public void syncDirectory(Path directory) throws IOException {
    strike(Operation.SYNC_DIRECTORY, directory);
    beneath.syncDirectory(directory);
  }

  @Override
  public long freeBytes(Path directory) throws IOException {
    return Math.min(spaceBytes.get(), beneath.freeBytes(directory));
  }

  @Override
  public FileLock lock(Path file) throws IOException {
    return beneath.lock(file);
  }

  private void strike(Operation operation, Path file) throws IOException {
    if (strikes(operation)) {
      throw fault(operation, file);
    }
  }

  private synchronized boolean strikes(Operation operation) {
    counter(operation).incrementAndGet();
    Plan plan = plans.get(operation);
    return plan != null && plan.strikes();
  }

  private InjectedException fault(Operation operation, Path file) {
    injected.incrementAndGet();
    return new InjectedException("injected fault: " + operation + " of " + file);
  }

  private AtomicLong counter(Operation operation) {
    AtomicLong counter = calls.get(operation);
    if (counter == null) {
      throw new AssertionError(operation);
    }
    return counter;
  }

  private static void writePart(WritableFile file, ByteBuffer bytes, int count) throws IOException {
    ByteBuffer part = bytes.slice(bytes.position(), count);
    file.write(part);
  }

  private final class Writer implements WritableFile {
    private final Path path;
    private final WritableFile file;

    Writer(Path path, WritableFile file) {
      this.path = path;
      this.file = file;
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
      if (strikes(Operation.WRITE)) {
        Random random = tearing;
        if (random != null) {
          writePart(file, bytes, random.nextInt(bytes.remaining() + 1));
        }
        throw fault(Operation.WRITE, path);
      }
      int wanted = bytes.remaining();
      long before =
          spaceBytes.getAndUpdate(
              left -> left == Long.MAX_VALUE ? left : Math.max(0, left - wanted));
      if (before < wanted) {
        writePart(file, bytes, (int) before);
        injected.incrementAndGet();
        throw new InjectedException("No space left on device: " + path);
      }
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
      strike(Operation.TRUNCATE, path);
      file.truncate(length);
    }

    @Override
    public void sync() throws IOException {
      if (strikes(Operation.SYNC)) {
        CrashFileSystem disk = losing;
        if (disk != null) {
          disk.loseUnsynced(path);
        }
        throw fault(Operation.SYNC, path);
      }
      file.sync();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }

  private final class Reader implements ReadableFile {
    private final Path path;
    private final ReadableFile file;

    Reader(Path path, ReadableFile file) {
      this.path = path;
      this.file = file;
    }

    @Override
    public int read(ByteBuffer target, long offset) throws IOException {
      strike(Operation.READ, path);
      int start = target.position();
      int count = file.read(target, offset);
      synchronized (FaultFileSystem.this) {
        Plan plan = flips;
        Random random = flipper;
        if (count > 0 && plan != null && random != null && plan.strikes()) {
          int at = start + random.nextInt(count);
          target.put(at, (byte) (target.get(at) ^ 1 << random.nextInt(Byte.SIZE)));
          injected.incrementAndGet();
        }
      }
      return count;
    }

    @Override
    public long size() throws IOException {
      return file.size();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
