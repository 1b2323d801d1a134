package io.sheaf.lsm.io;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The content of a file in memory, in pages. A copy shares all pages and takes one over when either
 * side writes to it, so that copying costs no more than the list of pages. Pages never written are
 * holes and read as zeros.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
final class PagedBytes {
  /** Length of a page, in bytes. */
  static final int PAGE_BYTES = 4096;

  private byte[] @Nullable [] pages = new byte[0][];
  private boolean[] shared = new boolean[0];
  private long size;

  synchronized long size() {
    return size;
  }

  /** Bytes in pages that were written. */
  synchronized long allocatedBytes() {
    return Arrays.stream(pages).filter(page -> page != null).count() * PAGE_BYTES;
  }

  /** The same content, to be changed on its own. */
  synchronized PagedBytes copy() {
    Arrays.fill(shared, true);
    PagedBytes copy = new PagedBytes();
    copy.pages = pages.clone();
    copy.shared = shared.clone();
    copy.size = size;
    return copy;
  }

  /** Fills {@code target} from {@code offset} on; returns the number of bytes. */
  synchronized int read(ByteBuffer target, long offset) {
    if (offset < 0) {
      throw new IllegalArgumentException("offset is negative: " + offset);
    }
    int total = (int) Math.min(target.remaining(), Math.max(0, size - offset));
    int left = total;
    long at = offset;
    while (left > 0) {
      int inPage = (int) (at % PAGE_BYTES);
      int count = Math.min(left, PAGE_BYTES - inPage);
      byte[] page = pages[(int) (at / PAGE_BYTES)];
      target.put(page == null ? new byte[PAGE_BYTES] : page, inPage, count);
      at += count;
      left -= count;
    }
    return total;
  }

  /** Writes {@code source} at {@code offset}. */
  synchronized void write(ByteBuffer source, long offset) {
    long at = offset;
    while (source.hasRemaining()) {
      int inPage = (int) (at % PAGE_BYTES);
      int count = Math.min(source.remaining(), PAGE_BYTES - inPage);
      source.get(ownPage(Math.toIntExact(at / PAGE_BYTES)), inPage, count);
      at += count;
    }
    size = Math.max(size, at);
  }

  /** Sets the length; what lies behind it is gone, what is new is zero. */
  synchronized void resize(long length) {
    if (length < size) {
      int kept = Math.toIntExact((length + PAGE_BYTES - 1) / PAGE_BYTES);
      if (kept < pages.length) {
        Arrays.fill(pages, kept, pages.length, null);
      }
      int inPage = (int) (length % PAGE_BYTES);
      if (inPage > 0 && kept <= pages.length && pages[kept - 1] != null) {
        Arrays.fill(ownPage(kept - 1), inPage, PAGE_BYTES, (byte) 0);
      }
    }
    size = length;
    grow(Math.toIntExact((length + PAGE_BYTES - 1) / PAGE_BYTES));
  }

  /** Number of pages, holes included. */
  synchronized int pageCount() {
    return pages.length;
  }

  /** The bytes of a page, not to be changed; null for a hole or behind the end. */
  synchronized byte @Nullable [] page(int index) {
    if (index >= pages.length) {
      return null;
    }
    shared[index] = true;
    return pages[index];
  }

  /** Replaces a page by one that is shared with others, null for a hole. */
  synchronized void setPage(int index, byte @Nullable [] page) {
    grow(index + 1);
    pages[index] = page;
    shared[index] = true;
  }

  private byte[] ownPage(int index) {
    grow(index + 1);
    byte[] page = pages[index];
    if (page == null) {
      page = new byte[PAGE_BYTES];
    } else if (shared[index]) {
      page = page.clone();
    }
    pages[index] = page;
    shared[index] = false;
    return page;
  }

  private void grow(int count) {
    if (count > pages.length) {
      int room = Math.max(count, pages.length + pages.length / 2);
      pages = Arrays.copyOf(pages, room);
      shared = Arrays.copyOf(shared, room);
    }
  }
}
