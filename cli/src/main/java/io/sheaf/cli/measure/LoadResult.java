package io.sheaf.cli.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * What was measured while rows were loaded.
 *
 * @param rows rows written
 * @param userBytes bytes of their keys and values
 * @param writeNanos time until the last write was answered
 * @param finishedNanos time until the background work was finished too, memtables flushed included
 * @param batchLatency of the batches
 * @param separation at the minor compactions
 * @param written by cause
 * @param deviceWriteBytes as the operating system counts them
 * @param disk sizes of the files afterwards
 * @param samples at the beginning and after each hundredth
 * @param peakResidentBytes most memory that the process ever had
 */
public record LoadResult(
    long rows,
    long userBytes,
    long writeNanos,
    long finishedNanos,
    LatencySummary batchLatency,
    Separation separation,
    WriteAmplification written,
    OptionalLong deviceWriteBytes,
    DiskBytes disk,
    List<LoadSample> samples,
    OptionalLong peakResidentBytes) {
  private static final int PARTS = 10;

  /** Copies the list. */
  public LoadResult {
    samples = List.copyOf(samples);
  }

  /**
   * A tenth of the load.
   *
   * @param rowsPerSecond rows written in it, each second
   * @param maxResidentBytes the most memory that the process had in it
   */
  public record Tenth(double rowsPerSecond, long maxResidentBytes) {}

  /** Rows each second until the last write was answered. */
  public double rowsPerSecondWhileLoading() {
    return rows / (writeNanos / 1e9);
  }

  /** Rows each second, the background work included. */
  public double rowsPerSecond() {
    return rows / (finishedNanos / 1e9);
  }

  /** Bytes on disk for each byte of the user's. */
  public double diskPerUserByte() {
    return userBytes == 0 ? 0 : (double) disk.total() / userBytes;
  }

  /** The same without logs, which are only kept to be written again. */
  public double diskPerUserByteWithoutLogs() {
    return userBytes == 0 ? 0 : (double) (disk.total() - disk.logs()) / userBytes;
  }

  /** The tenths of the load, in order. */
  public List<Tenth> tenths() {
    List<Tenth> tenths = new ArrayList<>();
    int from = 0;
    for (int part = 1; part <= PARTS; part++) {
      int to = from;
      long resident = samples.get(from).residentBytes();
      while (to + 1 < samples.size() && samples.get(to + 1).rows() * PARTS <= rows * part) {
        to++;
        resident = Math.max(resident, samples.get(to).residentBytes());
      }
      LoadSample begin = samples.get(from);
      LoadSample end = samples.get(to);
      if (to > from) {
        double seconds = Math.max(end.nanos() - begin.nanos(), 1) / 1e9;
        tenths.add(new Tenth((end.rows() - begin.rows()) / seconds, resident));
      }
      from = to;
    }
    return tenths;
  }
}
