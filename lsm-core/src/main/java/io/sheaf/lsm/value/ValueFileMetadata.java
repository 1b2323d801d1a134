package io.sheaf.lsm.value;

/**
 * What the manifest knows of a value file. How much of it is live is not here: that is the sum of
 * what the SSTables of a version refer to.
 *
 * @param number file number
 * @param tableId table whose values it holds
 * @param sizeBytes length of the file
 * @param rawBytes values before compression
 * @param rows number of values
 * @param blocks number of value blocks
 * @param newestTimeMillis newest write time of a row, milliseconds since the epoch; 0: not kept
 */
public record ValueFileMetadata(
    long number,
    int tableId,
    long sizeBytes,
    long rawBytes,
    long rows,
    long blocks,
    long newestTimeMillis) {}
