package io.sheaf.lsm.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A failed sync is known as one, also where the thread was interrupted meanwhile. */
final class UninterruptedSyncTest {
  /** A file of which Linux tells an error to each descriptor that was open when it came. */
  private static final class Device {
    final List<Descriptor> opened = new ArrayList<>();
    int errors;
    int told; // errors that somebody was told of
    boolean failNext;
    boolean interruptNext;

    FileChannel open() {
      Descriptor descriptor = new Descriptor(this);
      opened.add(descriptor);
      return descriptor;
    }

    long stillOpen() {
      return opened.stream().filter(FileChannel::isOpen).count();
    }
  }

  /** A descriptor as Java shows it: an interrupt hides what the system said. */
  private static final class Descriptor extends FileChannel {
    private final Device device;
    private int seen;

    Descriptor(Device device) {
      this.device = device;
      this.seen = device.told; // of errors told to others it hears nothing
    }

    @Override
    public void force(boolean metadata) throws IOException {
      if (device.failNext) {
        device.failNext = false;
        device.errors++;
      }
      boolean failed = seen < device.errors;
      seen = device.errors;
      if (failed) {
        device.told = device.errors;
      }
      if (device.interruptNext) {
        device.interruptNext = false;
        Thread.currentThread().interrupt();
        close();
        throw new ClosedByInterruptException();
      }
      if (failed) {
        throw new IOException("Input/output error");
      }
    }

    @Override
    protected void implCloseChannel() {}

    @Override
    public int read(ByteBuffer target) {
      throw new AssertionError("only synced");
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) {
      throw new AssertionError("only synced");
    }

    @Override
    public int write(ByteBuffer source) {
      throw new AssertionError("only synced");
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) {
      throw new AssertionError("only synced");
    }

    @Override
    public long position() {
      throw new AssertionError("only synced");
    }

    @Override
    public FileChannel position(long position) {
      throw new AssertionError("only synced");
    }

    @Override
    public long size() {
      throw new AssertionError("only synced");
    }

    @Override
    public FileChannel truncate(long size) {
      throw new AssertionError("only synced");
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target) {
      throw new AssertionError("only synced");
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count) {
      throw new AssertionError("only synced");
    }

    @Override
    public int read(ByteBuffer target, long position) {
      throw new AssertionError("only synced");
    }

    @Override
    public int write(ByteBuffer source, long position) {
      throw new AssertionError("only synced");
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) {
      throw new AssertionError("only synced");
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) {
      throw new AssertionError("only synced");
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) {
      throw new AssertionError("only synced");
    }
  }

  private final Device device = new Device();

  @AfterEach
  void theNextTestIsNotInterrupted() {
    assertFalse(Thread.interrupted(), "an interrupt was left");
  }

  @Test
  void anErrorIsToldAlsoWhereAnInterruptHidIt() throws IOException {
    try (UninterruptedSync sync = UninterruptedSync.open("file", device::open)) {
      sync.sync(false);
      device.failNext = true;
      device.interruptNext = true;
      IOException failure = assertThrows(IOException.class, () -> sync.sync(false));
      assertTrue(Thread.interrupted());
      String message = String.valueOf(failure.getMessage());
      assertTrue(message.endsWith(": Input/output error"), message);
    }
    assertEquals(0, device.stillOpen());
  }

  @Test
  void anInterruptAloneIsNoError() throws IOException {
    try (UninterruptedSync sync = UninterruptedSync.open("file", device::open)) {
      for (int i = 0; i < 3; i++) {
        device.interruptNext = true;
        sync.sync(false);
        assertTrue(Thread.interrupted());
      }
      device.failNext = true;
      device.interruptNext = true;
      assertThrows(IOException.class, () -> sync.sync(false));
      assertTrue(Thread.interrupted());
    }
    assertEquals(0, device.stillOpen());
  }

  @Test
  void oneThatWasInterruptedBeforeSyncsAndStaysInterrupted() throws IOException {
    try (UninterruptedSync sync = UninterruptedSync.open("file", device::open)) {
      Thread.currentThread().interrupt();
      sync.sync(false);
      assertTrue(Thread.interrupted());
      assertEquals(2, device.opened.size());
    }
  }

  @Test
  void whatIsClosedIsNotSynced() throws IOException {
    UninterruptedSync sync = UninterruptedSync.open("file", device::open);
    sync.close();
    assertThrows(ClosedException.class, () -> sync.sync(false));
  }
}
