package io.sheaf.lsm.db;

/**
 * How long logs are kept whose writes are all in SSTables, for who follows them with {@link
 * Db#tail}. They are given up before, oldest first, where the disk has no room for writes.
 *
 * @param bytes most bytes of such logs; 0: none is kept
 * @param millis how long at most, in milliseconds; {@link #ANY_AGE}: however old they are
 * @param asFound whether they are kept only where an earlier opening has left some, and then as
 *     many bytes of them as it has, if that is more
 */
public record LogRetention(long bytes, long millis, boolean asFound) {
  /** However old they are. */
  public static final long ANY_AGE = 0;

  /** None is kept. */
  public static final LogRetention NONE = new LogRetention(0, ANY_AGE);

  /**
   * For tools that open a store which others may follow: what an earlier opening kept is kept on,
   * up to as many bytes as there are, or 256 MB. The log that a killed process left to be
   * overwritten looks the same.
   */
  public static final LogRetention AS_FOUND = new LogRetention(256L << 20, ANY_AGE, true);

  /** Checks both limits. */
  public LogRetention {
    if (bytes < 0 || millis < 0) {
      throw new IllegalArgumentException(
          "limits of kept logs must not be negative: " + bytes + " bytes, " + millis + " ms");
    }
  }

  /** Whatever an earlier opening has left. */
  public LogRetention(long bytes, long millis) {
    this(bytes, millis, false);
  }

  /** The newest logs, up to so many bytes. */
  public static LogRetention ofBytes(long bytes) {
    return new LogRetention(bytes, ANY_AGE);
  }

  /** Whether any is kept. */
  public boolean keeps() {
    return bytes > 0;
  }
}
