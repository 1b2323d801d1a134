package io.sheaf.cli.measure;

import io.sheaf.lsm.stats.Counter;
import io.sheaf.lsm.stats.Statistics;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Bytes that a store wrote to files since it was opened, by their cause.
 *
 * @param userBytes bytes of keys and values that users wrote
 * @param log bytes of logs
 * @param minor bytes of SSTables and value files written by minor compactions
 * @param major bytes of SSTables and value files written by major compactions
 * @param collection bytes written to collect garbage
 * @param manifest bytes of manifests
 */
public record WriteAmplification(
    long userBytes, long log, long minor, long major, long collection, long manifest) {
  /** What an open store has counted. */
  public static WriteAmplification of(Statistics statistics) {
    return new WriteAmplification(
        statistics.get(Counter.USER_BYTES),
        statistics.get(Counter.LOG_BYTES),
        statistics.get(Counter.FLUSH_KEY_BYTES) + statistics.get(Counter.FLUSH_VALUE_BYTES),
        statistics.get(Counter.COMPACTION_KEY_BYTES)
            + statistics.get(Counter.COMPACTION_VALUE_BYTES),
        statistics.get(Counter.COLLECTION_BYTES),
        statistics.get(Counter.MANIFEST_BYTES));
  }

  /** Bytes written for all causes. */
  public long total() {
    return log + minor + major + collection + manifest;
  }

  /** {@code bytes} for each byte of the user's; 0 where there is none. */
  public double perUserByte(long bytes) {
    return userBytes == 0 ? 0 : (double) bytes / userBytes;
  }

  /** Bytes by the name of their cause. */
  public Map<String, Long> byCause() {
    Map<String, Long> causes = new LinkedHashMap<>();
    causes.put("log", log);
    causes.put("minor", minor);
    causes.put("major", major);
    causes.put("collection", collection);
    causes.put("manifest", manifest);
    return causes;
  }
}
