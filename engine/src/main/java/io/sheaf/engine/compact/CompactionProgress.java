package io.sheaf.engine.compact;

/**
 * Is told how far an {@link OfflineCompaction} is. A throw ends the compaction, which goes on from
 * there when it is asked for again.
 *
 * <p><b>Thread safety.</b> {@link #read} is called by several threads.
 */
public interface CompactionProgress {
  /** Tells nobody. */
  CompactionProgress NONE =
      new CompactionProgress() {
        @Override
        public void begins(long totalBytes, long doneBytes, long neededBytes) {}

        @Override
        public void read(long bytes) {}
      };

  /**
   * What there is to do is known.
   *
   * @param totalBytes bytes of keys and values in all that is merged
   * @param doneBytes of these, bytes that an earlier compaction, cut short, has merged already
   * @param neededBytes room that will be needed on the device, about
   */
  void begins(long totalBytes, long doneBytes, long neededBytes);

  /** So many more bytes of keys and values were read. */
  void read(long bytes);
}
