package io.sheaf.lsm.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A file system that fails, shortens, delays or falsifies calls on request, over any other. A test
 * runs its workload with the n-th call of a kind failing, for n = 1, 2, …, until a run in which
 * {@link #injectedFaults} stays 0.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
public final class FaultFileSystem extends ForwardingFileSystem {
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
    SYNC_DIRECTORY,
    /** {@link FileSystem#createDirectories}. */
    CREATE_DIRECTORIES,
    /** {@link FileSystem#size}. */
    SIZE,
    /** {@link WritableFile#close}, which closes the file all the same. */
    CLOSE
  }

  /** A call that is about to be made. */
  public record Call(Operation operation, Path file) {}

  /** What becomes of a call. */
  public sealed interface Effect {
    /** It throws, and does nothing, or a part where it writes and {@link #tearFailingWrites}. */
    record Fail() implements Effect {}

    /** It finds no room: a write writes a part and throws, what makes a name changes nothing. */
    record NoRoom(Random random) implements Effect {}

    /** A read stops before its end; a write does too, and throws. */
    record Shorten(Random random) implements Effect {}

    /** It takes so much longer, in nanoseconds. */
    record Delay(long nanos) implements Effect {}

    /** A read or write has one bit flipped; a sync says that it is done, and is not. */
    record Falsify(Random random) implements Effect {}
  }

  /** What becomes of some calls. */
  private record Injection(Predicate<Call> which, Plan plan, Effect effect) {}

  /** What becomes of pages that a failing sync should have written. */
  private interface LostPages {
    void lose(Path file) throws IOException;
  }

  /** A disk of a size. */
  private record Capacity(CrashFileSystem disk, long bytes) {
    long free() {
      return Math.max(0, bytes - disk.allocatedBytes());
    }
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

  private final Map<Operation, AtomicLong> calls = new EnumMap<>(Operation.class);
  private final Map<Operation, Plan> plans = new EnumMap<>(Operation.class);
  private final List<Injection> injections = new ArrayList<>(); // guarded by this
  private final AtomicLong injected = new AtomicLong();
  private final AtomicLong spaceBytes = new AtomicLong(Long.MAX_VALUE);
  private volatile @Nullable Capacity capacity;
  private @Nullable Random tearing;
  private @Nullable LostPages losing;

  /** Fails nothing until told to. */
  public FaultFileSystem(FileSystem beneath) {
    super(beneath);
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

  /**
   * The {@code nth} call from now on that {@code which} names comes to {@code effect}, and, where
   * {@code fromThenOn}, each after it that it names.
   *
   * @throws AssertionError from a call for which the effect means nothing
   */
  public synchronized void inject(
      Predicate<Call> which, long nth, boolean fromThenOn, Effect effect) {
    injections.add(new Injection(which, new Plan(new AtomicLong(nth), fromThenOn), effect));
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
    losing = disk::loseUnsynced;
  }

  /**
   * A sync that fails leaves the unsynced pages to be read, and later ones succeed without them.
   *
   * @param disk what lies beneath, or beneath that
   */
  public synchronized void forgetPagesOnFailingSync(CrashFileSystem disk) {
    losing = disk::forgetUnsynced;
  }

  /** After {@code bytes} more bytes there is no space; call again to make space. */
  public void limitSpace(long bytes) {
    spaceBytes.set(bytes);
  }

  /**
   * The disk has room for so many bytes in all, those there included; what is deleted makes room.
   *
   * @param disk what lies beneath, or beneath that
   */
  public void limitCapacity(CrashFileSystem disk, long bytes) {
    capacity = new Capacity(disk, bytes);
  }

  /** Fails nothing any more; faults that happened stay. */
  public synchronized void heal() {
    plans.clear();
    injections.clear();
    tearing = null;
    losing = null;
    spaceBytes.set(Long.MAX_VALUE);
    capacity = null;
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
    return new Writer(file, beneath().create(file));
  }

  @Override
  public WritableFile overwrite(Path file) throws IOException {
    strike(Operation.OVERWRITE, file);
    return new Writer(file, beneath().overwrite(file));
  }

  @Override
  public ReadableFile open(Path file) throws IOException {
    strike(Operation.OPEN, file);
    return new Reader(file, beneath().open(file));
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    strike(Operation.RENAME, from);
    beneath().rename(from, to);
  }

  @Override
  public void link(Path existing, Path link) throws IOException {
    strike(Operation.LINK, existing);
    beneath().link(existing, link);
  }

  @Override
  public void delete(Path file) throws IOException {
    strike(Operation.DELETE, file);
    beneath().delete(file);
  }

  @Override
  public List<String> list(Path directory) throws IOException {
    strike(Operation.LIST, directory);
    return beneath().list(directory);
  }

  @Override
  public void syncDirectory(Path directory) throws IOException {
    Effect effect = effect(Operation.SYNC_DIRECTORY, directory);
    if (effect instanceof Effect.Falsify) {
      injected.incrementAndGet();
      return;
    }
    failOrDelay(effect, Operation.SYNC_DIRECTORY, directory);
    beneath().syncDirectory(directory);
  }

  @Override
  public void createDirectories(Path directory) throws IOException {
    strike(Operation.CREATE_DIRECTORIES, directory);
    beneath().createDirectories(directory);
  }

  @Override
  public long size(Path file) throws IOException {
    strike(Operation.SIZE, file);
    return beneath().size(file);
  }

  @Override
  public long freeBytes(Path directory) throws IOException {
    Capacity limit = capacity;
    long free = limit == null ? beneath().freeBytes(directory) : limit.free();
    return Math.min(spaceBytes.get(), free);
  }

  /** For calls that can only fail or take longer. */
  private void strike(Operation operation, Path file) throws IOException {
    Effect effect = effect(operation, file);
    if (effect instanceof Effect.Shorten || effect instanceof Effect.Falsify) {
      throw new AssertionError(operation + " of " + file + " cannot " + effect);
    }
    failOrDelay(effect, operation, file);
  }

  private void failOrDelay(@Nullable Effect effect, Operation operation, Path file)
      throws IOException {
    if (effect instanceof Effect.Fail) {
      throw fault(operation, file);
    }
    if (effect instanceof Effect.NoRoom) {
      throw noRoom(operation, file);
    }
    if (effect instanceof Effect.Delay delay) {
      injected.incrementAndGet();
      long end = System.nanoTime() + delay.nanos();
      for (long left = delay.nanos(); left > 0; left = end - System.nanoTime()) {
        LockSupport.parkNanos(left); // which may return at once
      }
    }
  }

  /** What becomes of this call; null: what it is meant to do. */
  private synchronized @Nullable Effect effect(Operation operation, Path file) {
    counter(operation).incrementAndGet();
    Plan plan = plans.get(operation);
    Effect effect = plan != null && plan.strikes() ? new Effect.Fail() : null;
    Call call = new Call(operation, file);
    for (Injection injection : injections) {
      if (injection.which().test(call) && injection.plan().strikes()) {
        effect = injection.effect();
      }
    }
    return effect;
  }

  private void flip(ByteBuffer bytes, int start, int count, Random random) {
    int at = start + random.nextInt(count);
    bytes.put(at, (byte) (bytes.get(at) ^ 1 << random.nextInt(Byte.SIZE)));
    injected.incrementAndGet();
  }

  private static ByteBuffer copy(ByteBuffer bytes) {
    ByteBuffer copy = ByteBuffer.allocate(bytes.remaining());
    copy.put(bytes.duplicate()).flip();
    return copy;
  }

  private InjectedException fault(Operation operation, Path file) {
    injected.incrementAndGet();
    return new InjectedException("injected fault: " + operation + " of " + file);
  }

  private NoSpaceException noRoom(Operation operation, Path file) {
    return new NoSpaceException("No space left on device: " + file, fault(operation, file));
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
      Effect effect = effect(Operation.WRITE, path);
      Random torn = effect instanceof Effect.Shorten shorten ? shorten.random() : tearing;
      if (effect instanceof Effect.Fail || effect instanceof Effect.Shorten) {
        if (torn != null) {
          writePart(file, bytes, torn.nextInt(bytes.remaining() + 1));
        }
        throw fault(Operation.WRITE, path);
      }
      if (effect instanceof Effect.NoRoom none) {
        writePart(file, bytes, none.random().nextInt(bytes.remaining() + 1));
      }
      failOrDelay(effect, Operation.WRITE, path);
      int wanted = bytes.remaining();
      int room = room(wanted);
      if (room < wanted) {
        writePart(file, bytes, room);
        throw noRoom(Operation.WRITE, path);
      }
      if (effect instanceof Effect.Falsify falsify && wanted > 0) {
        ByteBuffer other = copy(bytes);
        flip(other, 0, wanted, falsify.random());
        file.write(other);
        bytes.position(bytes.limit());
        return;
      }
      file.write(bytes);
    }

    /** How many of the bytes to be written have room. */
    private int room(int wanted) throws IOException {
      long before =
          spaceBytes.getAndUpdate(
              left -> left == Long.MAX_VALUE ? left : Math.max(0, left - wanted));
      Capacity limit = capacity;
      if (limit == null) {
        return (int) Math.min(before, wanted);
      }
      long end = file.position() + wanted;
      long there = beneath().exists(path) ? beneath().size(path) : end; // else unlinked
      long growth = Math.max(0, end - Math.max(there, file.position()));
      return (int) Math.min(before, wanted - Math.max(0, growth - limit.free()));
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
      Effect effect = effect(Operation.SYNC, path);
      if (effect instanceof Effect.Falsify) {
        injected.incrementAndGet();
        return;
      }
      LostPages lost = losing;
      if (effect instanceof Effect.Fail && lost != null) {
        lost.lose(path);
      }
      failOrDelay(effect, Operation.SYNC, path);
      file.sync();
    }

    @Override
    public void close() throws IOException {
      file.close();
      strike(Operation.CLOSE, path);
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
      Effect effect = effect(Operation.READ, path);
      failOrDelay(effect, Operation.READ, path);
      int start = target.position();
      if (effect instanceof Effect.Shorten shorten && target.hasRemaining()) {
        injected.incrementAndGet();
        int limit = target.limit();
        target.limit(start + shorten.random().nextInt(target.remaining()));
        try {
          return file.read(target, offset);
        } finally {
          target.limit(limit);
        }
      }
      int count = file.read(target, offset);
      if (effect instanceof Effect.Falsify falsify && count > 0) {
        flip(target, start, count, falsify.random());
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
