package io.sheaf.server.settings;

/** An option that may be changed while the server runs, by CONFIG SET; its value is a number. */
public enum LiveOption {
  /** Connections. */
  MAXCLIENTS("maxclients", 10_000, 1, 1 << 20, false),
  /** Seconds after which a client that says nothing is closed. */
  TIMEOUT("timeout", 0, 0, Integer.MAX_VALUE, false),
  /** Microseconds from which a command is kept in the slow log. */
  SLOWLOG_LOG_SLOWER_THAN("slowlog-log-slower-than", 10_000, -1, Long.MAX_VALUE, false),
  /** Entries of the slow log. */
  SLOWLOG_MAX_LEN("slowlog-max-len", 128, 0, 100_000, false),
  /** Milliseconds from which LATENCY keeps an event. */
  LATENCY_MONITOR_THRESHOLD("latency-monitor-threshold", 0, 0, Long.MAX_VALUE, false),
  /** Entries that approximate trimming of a stream takes for one. */
  STREAM_NODE_MAX_ENTRIES("stream-node-max-entries", 100, 0, Long.MAX_VALUE, false),
  /** Bytes that are held for all clients. */
  MAXMEMORY_CLIENTS("maxmemory-clients", 128L << 20, 1 << 20, 1L << 40, true),
  /** Bytes of an argument. */
  PROTO_MAX_BULK_LEN("proto-max-bulk-len", 64 << 20, 1 << 20, 64 << 20, true),
  /** Bytes of a request. */
  CLIENT_QUERY_BUFFER_LIMIT("client-query-buffer-limit", 65 << 20, 1 << 20, 1 << 30, true);

  private final String shown;
  private final long standard;
  private final long lowest;
  private final long highest;
  private final boolean bytes;

  LiveOption(String shown, long standard, long lowest, long highest, boolean bytes) {
    this.shown = shown;
    this.standard = standard;
    this.lowest = lowest;
    this.highest = highest;
    this.bytes = bytes;
  }

  /** Its name in CONFIG. */
  public String shown() {
    return shown;
  }

  /** Its value where none was set. */
  public long standard() {
    return standard;
  }

  /** Its lowest value. */
  public long lowest() {
    return lowest;
  }

  /** Its highest value. */
  public long highest() {
    return highest;
  }

  /** Whether it is a number of bytes, which may have a unit. */
  public boolean isBytes() {
    return bytes;
  }
}
