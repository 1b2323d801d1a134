package io.sheaf.bench.report;

import io.sheaf.bench.engine.EngineName;

/**
 * How reports name and colour an engine.
 *
 * <p><em>Thread safety:</em> stateless.
 */
final class EngineWords {
  private static final String PEER = "rocksdb-";

  private EngineWords() {}

  /** The name where there is little room: of RocksDB only what tells one from another. */
  static String brief(EngineName engine) {
    String label = engine.label();
    return label.startsWith(PEER) ? label.substring(PEER.length()) : label;
  }

  /** Its colour in all pictures, 1 to 5. */
  static int colour(EngineName engine) {
    return switch (engine) {
      case SHEAF -> 1;
      case ROCKSDB_LEVELED -> 2;
      case ROCKSDB_UNIVERSAL -> 3;
      case ROCKSDB_ZSTD -> 4;
      case ROCKSDB_BLOB -> 5;
    };
  }
}
