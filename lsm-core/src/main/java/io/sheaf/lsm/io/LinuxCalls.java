package io.sheaf.lsm.io;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What Java cannot say on Linux: reserve room for a file, how much room it takes, and that a thread
 * may wait. Used only where the program was started with native access for this module; everywhere
 * else {@link #available} is null and the store does without.
 *
 * <p>Files are named by path, since Java does not hand out descriptors. No call throws: all serve
 * hints and reports, and a failure shows where it matters, as in the write that finds no room.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 *
 * <p><b>Source.</b> open(2), fallocate(2), statx(2), setpriority(2).
 */
final class LinuxCalls {
  private static final int OPEN_WRITE_CLOSE_ON_EXEC = 1 | 0x8_0000;
  private static final int KEEP_SIZE = 1;
  private static final int OF_THREAD = 0;
  private static final int CALLER = 0;
  private static final int WORKING_DIRECTORY = -100;
  private static final int STATX_BLOCKS = 0x400;
  private static final int STATX_BYTES = 256;
  private static final int STATX_BLOCKS_OFFSET = 48;
  private static final int BLOCK_BYTES = 512;

  private static final @Nullable LinuxCalls INSTANCE = load();

  private final MethodHandle open;
  private final MethodHandle close;
  private final MethodHandle fallocate;
  private final MethodHandle statx;
  private final MethodHandle setpriority;

  private LinuxCalls(Linker linker, SymbolLookup symbols) {
    open =
        handle(
            linker,
            symbols,
            "open",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT),
            Linker.Option.firstVariadicArg(2));
    close =
        handle(
            linker,
            symbols,
            "close",
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    fallocate =
        handle(
            linker,
            symbols,
            "fallocate",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG));
    statx =
        handle(
            linker,
            symbols,
            "statx",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS));
    setpriority =
        handle(
            linker,
            symbols,
            "setpriority",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT));
  }

  /** The calls, null where the system is no 64-bit Linux or native access was not granted. */
  static @Nullable LinuxCalls available() {
    return INSTANCE;
  }

  /**
   * Reserves room up to {@code length} bytes without changing the file's size, so that the size
   * goes on telling how far the file was written.
   *
   * @return whether the room is reserved
   */
  boolean preallocate(Path file, long length) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment path = arena.allocateFrom(file.toAbsolutePath().toString());
      int descriptor = (int) open.invokeExact(path, OPEN_WRITE_CLOSE_ON_EXEC, 0);
      if (descriptor < 0) {
        return false;
      }
      int result = (int) fallocate.invokeExact(descriptor, KEEP_SIZE, 0L, length);
      int ignored = (int) close.invokeExact(descriptor);
      return result == 0 && ignored == 0;
    } catch (Throwable e) {
      throw new AssertionError("fallocate " + file, e);
    }
  }

  /** Bytes that the file takes on the device, -1 where the system does not say. */
  long allocatedBytes(Path file) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment path = arena.allocateFrom(file.toAbsolutePath().toString());
      MemorySegment status = arena.allocate(STATX_BYTES, Long.BYTES);
      int result = (int) statx.invokeExact(WORKING_DIRECTORY, path, 0, STATX_BLOCKS, status);
      if (result != 0 || (status.get(ValueLayout.JAVA_INT, 0) & STATX_BLOCKS) == 0) {
        return -1;
      }
      return status.get(ValueLayout.JAVA_LONG, STATX_BLOCKS_OFFSET) * BLOCK_BYTES;
    } catch (Throwable e) {
      throw new AssertionError("statx " + file, e);
    }
  }

  /**
   * Makes the calling thread nicer; on Linux that is a matter of threads, not of processes.
   *
   * @param niceness 0 to 19, not below what the thread has
   */
  void beNice(int niceness) {
    try {
      int ignored = (int) setpriority.invokeExact(OF_THREAD, CALLER, niceness);
      assert ignored == 0 || ignored == -1;
    } catch (Throwable e) {
      throw new AssertionError("setpriority", e);
    }
  }

  private static @Nullable LinuxCalls load() {
    if (!System.getProperty("os.name", "").equals("Linux")
        || ValueLayout.ADDRESS.byteSize() != Long.BYTES
        || !LinuxCalls.class.getModule().isNativeAccessEnabled()) {
      return null;
    }
    Linker linker = Linker.nativeLinker();
    SymbolLookup symbols = linker.defaultLookup();
    for (String name : new String[] {"open", "close", "fallocate", "statx", "setpriority"}) {
      if (symbols.find(name).isEmpty()) {
        return null;
      }
    }
    return new LinuxCalls(linker, symbols);
  }

  @SuppressWarnings("restricted") // made only where native access was granted, see load()
  private static MethodHandle handle(
      Linker linker,
      SymbolLookup symbols,
      String name,
      FunctionDescriptor descriptor,
      Linker.Option... options) {
    return linker.downcallHandle(symbols.findOrThrow(name), descriptor, options);
  }
}
