package io.sheaf.lsm.version;

import io.sheaf.lsm.value.ValueFileMetadata;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The files of one table in one version.
 *
 * @param descriptor the table
 * @param runs newest first
 * @param valueFiles by file number
 */
public record TableState(
    TableDescriptor descriptor, List<Run> runs, Map<Long, ValueFileMetadata> valueFiles) {
  /** Copies the collections. */
  public TableState {
    runs = List.copyOf(runs);
    valueFiles = Map.copyOf(valueFiles);
    for (int i = 1; i < runs.size(); i++) {
      if (runs.get(i - 1).id() <= runs.get(i).id()) {
        throw new IllegalArgumentException("runs are not in falling order of their ids");
      }
    }
  }

  /** A table without files. */
  public static TableState empty(TableDescriptor descriptor) {
    return new TableState(descriptor, List.of(), Map.of());
  }

  /** Raw bytes that SSTables refer to, by number of the value file; every value file is in it. */
  public Map<Long, Long> liveRawBytes() {
    Map<Long, Long> live = new HashMap<>();
    for (Long number : valueFiles.keySet()) {
      live.put(number, 0L);
    }
    for (Run run : runs) {
      for (FileMetadata file : run.files()) {
        for (FileMetadata.ValueShare share : file.shares()) {
          live.merge(share.valueFile(), share.rawBytes(), Long::sum);
        }
      }
    }
    return live;
  }

  /** Value files in the order of their numbers. */
  public Map<Long, ValueFileMetadata> valueFilesInOrder() {
    return new TreeMap<>(valueFiles);
  }

  /** Bytes of SSTables. */
  public long keyFileBytes() {
    return runs.stream().mapToLong(Run::sizeBytes).sum();
  }

  /** Bytes of value files. */
  public long valueFileBytes() {
    return valueFiles.values().stream().mapToLong(ValueFileMetadata::sizeBytes).sum();
  }
}
