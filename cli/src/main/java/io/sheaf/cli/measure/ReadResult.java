package io.sheaf.cli.measure;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What was measured while rows were read in one way.
 *
 * @param key name for programs
 * @param title name for people
 * @param rows rows read, each compared with what was written
 * @param bytes bytes of their keys and values
 * @param nanos time of all the reads together
 * @param latency of the reads
 * @param medianValueReads value blocks that half of the reads took from files at most
 * @param medianKeyBlockReads blocks of SSTables that half of the reads took from files at most
 * @param medianFileReads both together: blocks that half of the reads took from files at most
 * @param medianDeviceBytes bytes that half of the reads had the device read at most; none where the
 *     system does not tell
 */
public record ReadResult(
    String key,
    String title,
    long rows,
    long bytes,
    long nanos,
    LatencySummary latency,
    long medianValueReads,
    long medianKeyBlockReads,
    long medianFileReads,
    OptionalLong medianDeviceBytes) {
  /** Rows read each second. */
  public double rowsPerSecond() {
    return nanos == 0 ? 0 : rows / (nanos / 1e9);
  }

  /** The figures for programs. */
  public Map<String, Object> toMap() {
    Map<String, Object> fields = new LinkedHashMap<>(latency.toMap());
    fields.put("rows", rows);
    fields.put("bytes", bytes);
    fields.put("rowsPerSecond", rowsPerSecond());
    fields.put("medianValueReads", medianValueReads);
    fields.put("medianKeyBlockReads", medianKeyBlockReads);
    fields.put("medianFileReads", medianFileReads);
    medianDeviceBytes.ifPresent(value -> fields.put("medianDeviceBytes", value));
    return fields;
  }
}
