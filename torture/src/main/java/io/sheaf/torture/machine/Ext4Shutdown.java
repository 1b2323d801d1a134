package io.sheaf.torture.machine;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/**
 * Cuts the power of a mounted ext4: from the call on nothing reaches its device, what is in memory
 * is lost, and each further call to it fails.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 *
 * <p><b>Source.</b> EXT4_IOC_SHUTDOWN in fs/ext4/ext4.h of Linux; ioctl(2).
 */
public final class Ext4Shutdown {
  /** {@code _IOR('X', 125, __u32)}. */
  private static final long REQUEST = 0x8004_587DL;

  /** What is in the journal's memory is not written either. */
  private static final int WITHOUT_JOURNAL = 2;

  private static final int READ_ONLY_DIRECTORY = 0x1_0000;

  private final MethodHandle open;
  private final MethodHandle close;
  private final MethodHandle ioctl;

  /** Finds the calls. */
  @SuppressWarnings("restricted") // a program of tests, which is started with native access
  public Ext4Shutdown() {
    Linker linker = Linker.nativeLinker();
    SymbolLookup symbols = linker.defaultLookup();
    open =
        linker.downcallHandle(
            symbols.findOrThrow("open"),
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
            Linker.Option.firstVariadicArg(2));
    close =
        linker.downcallHandle(
            symbols.findOrThrow("close"),
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    ioctl =
        linker.downcallHandle(
            symbols.findOrThrow("ioctl"),
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_LONG,
                ValueLayout.ADDRESS),
            Linker.Option.firstVariadicArg(2));
  }

  /** Opens the door to the file system mounted at {@code point}. */
  public Switch open(Path point) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      int descriptor =
          (int) open.invokeExact(arena.allocateFrom(point.toString()), READ_ONLY_DIRECTORY);
      if (descriptor < 0) {
        throw new IOException("cannot open " + point);
      }
      return new Switch(point, descriptor);
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("open " + point, e);
    }
  }

  /**
   * The power switch of one file system, ready to be thrown.
   *
   * <p><b>Ownership.</b> Who opened it closes it, before unmounting.
   */
  public final class Switch implements AutoCloseable {
    private final Path point;
    private final int descriptor;

    private Switch(Path point, int descriptor) {
      this.point = point;
      this.descriptor = descriptor;
    }

    /** Cuts the power. */
    public void cut() throws IOException {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment flags = arena.allocateFrom(ValueLayout.JAVA_INT, WITHOUT_JOURNAL);
        if ((int) ioctl.invokeExact(descriptor, REQUEST, flags) != 0) {
          throw new IOException("EXT4_IOC_SHUTDOWN of " + point + " failed");
        }
      } catch (IOException e) {
        throw e;
      } catch (Throwable e) {
        throw new AssertionError("ioctl " + point, e);
      }
    }

    @Override
    public void close() {
      try {
        int ignored = (int) close.invokeExact(descriptor);
        assert ignored == 0;
      } catch (Throwable e) {
        throw new AssertionError("close", e);
      }
    }
  }
}
