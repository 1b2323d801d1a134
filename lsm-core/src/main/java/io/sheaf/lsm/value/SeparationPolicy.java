package io.sheaf.lsm.value;

/**
 * Decides which values of a group leave the key files. Asked anew at every flush and compaction,
 * with what the group has by then. The mechanism is {@code compact.RunBuilder}.
 *
 * <p><b>Thread safety.</b> Implementations are immutable.
 */
public interface SeparationPolicy {
  /** The default: values stay inline. */
  SeparationPolicy NEVER =
      new SeparationPolicy() {
        @Override
        public boolean separates(long valueBytes, long rows) {
          return false;
        }

        @Override
        public boolean separatesWhole(long valueBytes, long rows) {
          return false;
        }

        @Override
        public int targetBlockBytes() {
          return 32 << 10;
        }

        @Override
        public boolean carriesOver(int referencedBytes, int blockBytes) {
          return true;
        }
      };

  /**
   * Whether rows of a group, of which older runs may hold more, go to value blocks.
   *
   * @param valueBytes bytes of the group's values, inline and separated
   * @param rows number of the group's rows
   */
  boolean separates(long valueBytes, long rows);

  /**
   * Whether a group goes to value blocks whose rows are all at hand: no run that is older has any.
   * Never where {@link #separates} is not.
   */
  boolean separatesWhole(long valueBytes, long rows);

  /** Raw bytes at which a value block is full. */
  int targetBlockBytes();

  /**
   * Whether the rows of an existing block stay where they are. If not, they are packed with their
   * neighbours of the same group, where there are any to pack with.
   *
   * @param referencedBytes raw bytes of the block that live rows refer to
   * @param blockBytes raw bytes of the whole block
   */
  boolean carriesOver(int referencedBytes, int blockBytes);
}
