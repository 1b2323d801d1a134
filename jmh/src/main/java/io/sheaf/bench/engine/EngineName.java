package io.sheaf.bench.engine;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Who runs in the race: Sheaf in its one configuration, and RocksDB as its experts set it up. */
public enum EngineName {
  /** Sheaf. */
  SHEAF,
  /** RocksDB, leveled compaction, LZ4, and ZSTD at the bottom. */
  ROCKSDB_LEVELED,
  /** RocksDB, universal compaction, LZ4, and ZSTD at the bottom. */
  ROCKSDB_UNIVERSAL,
  /** RocksDB, leveled compaction, ZSTD throughout, the log compressed too. */
  ROCKSDB_ZSTD,
  /** RocksDB with values of 256 bytes and more in blob files. */
  ROCKSDB_BLOB;

  private final String label = name().toLowerCase(Locale.ROOT).replace('_', '-');

  /** The name on the command line and in results. */
  public String label() {
    return label;
  }

  /**
   * The engine of a label.
   *
   * @throws IllegalArgumentException if there is none; names those that there are
   */
  public static EngineName ofLabel(String label) {
    for (EngineName name : values()) {
      if (name.label.equals(label)) {
        return name;
      }
    }
    String labels =
        Arrays.stream(values()).map(EngineName::label).collect(Collectors.joining(", "));
    throw new IllegalArgumentException("no engine '" + label + "'; there are " + labels);
  }
}
