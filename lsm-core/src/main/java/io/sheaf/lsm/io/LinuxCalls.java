package io.sheaf.lsm.io;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What Java cannot say on Linux: reserve room for a file, how much room it takes, that a file is
 * read here and there, that a thread may wait, and that free memory is not kept. Used only where
 * the program was started with native access for this module; everywhere else {@link #available} is
 * null and the store does without.
 *
 * <p>Files are named by path, or by a descriptor opened here, since Java does not hand out its own.
 * No call throws: hints that fail show where it matters, as in the write that finds no room; calls
 * that read answer the negative of the system's error number.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 *
 * <p><b>Source.</b> open(2), pread(2), lseek(2), posix_fadvise(2), fallocate(2), statx(2),
 * setpriority(2), errno(3), strerror(3), malloc_trim(3).
 */
final class LinuxCalls {
  private static final int CLOSE_ON_EXEC = 0x8_0000;
  private static final int WRITE_ONLY = 1;
  private static final int ADVICE_RANDOM = 1;
  private static final int ADVICE_WILL_NEED = 3;
  private static final int SEEK_END = 2;
  private static final int INTERRUPTED = 4;
  private static final int MOST_ERROR_BYTES = 1 << 10;
  private static final int KEEP_SIZE = 1;
  private static final int OF_THREAD = 0;
  private static final int CALLER = 0;
  private static final int WORKING_DIRECTORY = -100;
  private static final int STATX_BLOCKS = 0x400;
  private static final int STATX_BYTES = 256;
  private static final int STATX_BLOCKS_OFFSET = 48;
  private static final int BLOCK_BYTES = 512;

  private static final List<String> NAMES =
      List.of(
          "open",
          "close",
          "pread",
          "lseek",
          "posix_fadvise",
          "strerror",
          "fallocate",
          "statx",
          "setpriority");

  private static final Linker.Option KEEP_ERROR = Linker.Option.captureCallState("errno");
  private static final StructLayout ERROR = Linker.Option.captureStateLayout();

  private static final VarHandle ERROR_NUMBER =
      ERROR.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private static final @Nullable LinuxCalls INSTANCE = load();

  private final MethodHandle open;
  private final MethodHandle close;
  private final MethodHandle pread;
  private final MethodHandle preadKeepingError;
  private final MethodHandle lseek;
  private final MethodHandle fadvise;
  private final MethodHandle strerror;
  private final @Nullable MethodHandle mallocTrim;
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
    FunctionDescriptor readsAt =
        FunctionDescriptor.of(
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_INT,
            ValueLayout.ADDRESS,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG);
    pread = handle(linker, symbols, "pread", readsAt);
    preadKeepingError = handle(linker, symbols, "pread", readsAt, KEEP_ERROR);
    lseek =
        handle(
            linker,
            symbols,
            "lseek",
            FunctionDescriptor.of(
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT),
            KEEP_ERROR);
    fadvise =
        handle(
            linker,
            symbols,
            "posix_fadvise",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT));
    strerror =
        handle(
            linker,
            symbols,
            "strerror",
            FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
    mallocTrim =
        symbols.find("malloc_trim").isEmpty()
            ? null // another C library than glibc
            : handle(
                linker,
                symbols,
                "malloc_trim",
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG));
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
      int descriptor = (int) open.invokeExact(path, WRITE_ONLY | CLOSE_ON_EXEC, 0);
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

  /**
   * Opens a file to be read in small pieces here and there: the system reads nothing ahead.
   *
   * @return a descriptor, which the caller gives to {@link #close}; -1 where it cannot be opened
   */
  int openForRandomReads(Path file) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment path = arena.allocateFrom(file.toAbsolutePath().toString());
      int descriptor = (int) open.invokeExact(path, CLOSE_ON_EXEC, 0);
      if (descriptor >= 0) {
        int ignored = (int) fadvise.invokeExact(descriptor, 0L, 0L, ADVICE_RANDOM);
      }
      return descriptor;
    } catch (Throwable e) {
      throw new AssertionError("open " + file, e);
    }
  }

  /** Gives a descriptor back. */
  void close(int descriptor) {
    try {
      int ignored = (int) close.invokeExact(descriptor); // nothing was written through it
    } catch (Throwable e) {
      throw new AssertionError("close", e);
    }
  }

  /**
   * Reads into {@code target}, which is off the heap, what it has room for, or less.
   *
   * @return number of bytes, 0 at or behind the end of the file; the negative of an error number
   */
  long read(int descriptor, MemorySegment target, long offset) {
    try {
      long count = (long) pread.invokeExact(descriptor, target, target.byteSize(), offset);
      return count >= 0 ? count : readAgain(descriptor, target, offset);
    } catch (Throwable e) {
      throw new AssertionError("pread", e);
    }
  }

  /** Reads once more where it has failed, to be told why, or because it was interrupted. */
  private long readAgain(int descriptor, MemorySegment target, long offset) throws Throwable {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment error = arena.allocate(ERROR);
      while (true) {
        long count =
            (long)
                preadKeepingError.invokeExact(error, descriptor, target, target.byteSize(), offset);
        int number = (int) ERROR_NUMBER.get(error, 0L);
        if (count >= 0 || number != INTERRUPTED) {
          return count >= 0 ? count : -number;
        }
      }
    }
  }

  /** Begins to read these bytes into the page cache; whether the system took the advice. */
  boolean announceRead(int descriptor, long offset, long length) {
    try {
      return (int) fadvise.invokeExact(descriptor, offset, length, ADVICE_WILL_NEED) == 0;
    } catch (Throwable e) {
      throw new AssertionError("posix_fadvise", e);
    }
  }

  /** Length in bytes; the negative of an error number. */
  long size(int descriptor) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment error = arena.allocate(ERROR);
      long size = (long) lseek.invokeExact(error, descriptor, 0L, SEEK_END);
      return size >= 0 ? size : -(int) ERROR_NUMBER.get(error, 0L);
    } catch (Throwable e) {
      throw new AssertionError("lseek", e);
    }
  }

  /** What the system says of an error number. */
  @SuppressWarnings("restricted") // made only where native access was granted, see load()
  String describe(int errorNumber) {
    try {
      MemorySegment text = (MemorySegment) strerror.invokeExact(errorNumber);
      return text.reinterpret(MOST_ERROR_BYTES).getString(0);
    } catch (Throwable e) {
      throw new AssertionError("strerror", e);
    }
  }

  /** Whether {@link #trimMemory} does anything. */
  boolean canTrimMemory() {
    return mallocTrim != null;
  }

  /** Gives memory that is free in the C library back to the system, where it is glibc. */
  void trimMemory() {
    if (mallocTrim == null) {
      return;
    }
    try {
      int ignored = (int) mallocTrim.invokeExact(0L);
      assert ignored >= 0;
    } catch (Throwable e) {
      throw new AssertionError("malloc_trim", e);
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
    for (String name : NAMES) {
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
