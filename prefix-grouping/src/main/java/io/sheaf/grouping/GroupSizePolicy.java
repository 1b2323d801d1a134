package io.sheaf.grouping;

import io.sheaf.lsm.value.SeparationPolicy;

/**
 * Separates a group when its values together are worth a value block of their own, however small
 * each of them is.
 *
 * <p>A flush sees a small part of a group that grows: what is above the threshold goes to a block
 * at once, and is not written by each merge again. A group that has all its rows together and still
 * fills no block stays inline: it is read with its keys, by one read and not by two.
 *
 * <p>An existing block stays where it is when it is full enough to be read in one go with little
 * waste (half of a full block) and mostly alive (three quarters). Else its rows are packed with
 * their neighbours: each packing at least doubles a small block, so a row moves no more often than
 * the logarithm of a full block to the threshold.
 *
 * <p><b>Thread safety.</b> Immutable.
 *
 * @param thresholdBytes value bytes of a group from which on it is separated while it grows
 * @param targetBlockBytes raw bytes at which a value block is full
 */
public record GroupSizePolicy(long thresholdBytes, int targetBlockBytes)
    implements SeparationPolicy {
  /** Checks both sizes. */
  public GroupSizePolicy {
    if (thresholdBytes < 1) {
      throw new IllegalArgumentException(
          "thresholdBytes must be at least 1, not " + thresholdBytes);
    }
    if (targetBlockBytes < 1) {
      throw new IllegalArgumentException(
          "targetBlockBytes must be at least 1, not " + targetBlockBytes);
    }
  }

  @Override
  public boolean separates(long valueBytes, long rows) {
    return valueBytes >= thresholdBytes;
  }

  @Override
  public boolean separatesWhole(long valueBytes, long rows) {
    return valueBytes >= Math.max(thresholdBytes, targetBlockBytes);
  }

  @Override
  public boolean carriesOver(int referencedBytes, int blockBytes) {
    boolean full = blockBytes >= targetBlockBytes / 2;
    boolean alive = 4L * referencedBytes >= 3L * blockBytes;
    return full && alive;
  }
}
