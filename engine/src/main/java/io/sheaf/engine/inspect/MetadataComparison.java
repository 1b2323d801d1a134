package io.sheaf.engine.inspect;

import io.sheaf.lsm.version.FileMetadata;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Tells in which figures two descriptions of an SSTable differ.
 *
 * <p><b>Thread safety.</b> Stateless.
 */
public final class MetadataComparison {
  private static final Map<String, Function<FileMetadata, Object>> FIGURES = figures();

  private MetadataComparison() {}

  private static Map<String, Function<FileMetadata, Object>> figures() {
    Map<String, Function<FileMetadata, Object>> figures = new LinkedHashMap<>();
    figures.put("length", FileMetadata::sizeBytes);
    figures.put("entries", FileMetadata::entries);
    figures.put("deletes", FileMetadata::deletes);
    figures.put("range deletes", FileMetadata::rangeDeletes);
    figures.put("smallest key", FileMetadata::smallestKey);
    figures.put("largest key", FileMetadata::largestKey);
    figures.put("smallest suffix", FileMetadata::smallestSuffix);
    figures.put("largest suffix", FileMetadata::largestSuffix);
    figures.put("lowest sequence number", FileMetadata::smallestSequence);
    figures.put("highest sequence number", FileMetadata::largestSequence);
    figures.put("oldest time", FileMetadata::oldestTimeMillis);
    figures.put("newest time", FileMetadata::newestTimeMillis);
    figures.put("bytes of keys", FileMetadata::rawKeyBytes);
    figures.put("bytes of values inside", FileMetadata::inlineBytes);
    figures.put("separated rows", FileMetadata::separatedRows);
    figures.put("references to value blocks", FileMetadata::blockReferences);
    figures.put("shares of value files", FileMetadata::shares);
    return figures;
  }

  /**
   * Such as "entries 5 instead of 6, deletes 0 instead of 1"; empty where there is no difference.
   */
  public static String differences(FileMetadata found, FileMetadata expected) {
    StringBuilder text = new StringBuilder();
    FIGURES.forEach((name, figure) -> {
      Object is = figure.apply(found);
      Object should = figure.apply(expected);
      if (!is.equals(should)) {
        text.append(text.isEmpty() ? "" : ", ").append(name).append(' ').append(is);
        text.append(" instead of ").append(should);
      }
    });
    return text.toString();
  }
}
