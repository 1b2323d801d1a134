package io.sheaf.lsm.coding;

import com.github.luben.zstd.ZstdDecompressCtx;
import org.jctools.queues.varhandle.MpmcVarHandleArrayQueue;

/**
 * ZSTD's working memories for reading, of 160 KB each, off the heap and freed by nobody else. They
 * are lent for one block, not kept by thread: a service may read on a new thread for each request,
 * and what a thread that has ended kept would never be given back.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads, without a lock. <b>Ownership.</b> A
 * context belongs to who took it until it is given back.
 */
final class DecompressionContexts {
  /** Most that are kept while nobody reads; more are made, and freed, as readers come. */
  private static final int MOST_KEPT = 64;

  private final MpmcVarHandleArrayQueue<ZstdDecompressCtx> idle =
      new MpmcVarHandleArrayQueue<>(MOST_KEPT);

  /** One that has no dictionary; {@link #giveBack} takes it. */
  ZstdDecompressCtx take() {
    ZstdDecompressCtx kept = idle.poll();
    return kept != null ? kept : new ZstdDecompressCtx();
  }

  /** Takes back one whose dictionary was taken from it. */
  void giveBack(ZstdDecompressCtx context) {
    if (!idle.offer(context)) {
      context.close();
    }
  }
}
