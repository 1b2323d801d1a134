package io.sheaf.lsm.coding;

/**
 * How blocks are compressed: a codec and, for ZSTD, its level.
 *
 * @param codec the codec
 * @param level ZSTD's level, 1 to 19; 0 for the others
 */
public record Compression(Codec codec, int level) {
  /** Bytes as they are. */
  public static final Compression NONE = new Compression(Codec.NONE, 0);

  /** LZ4: fast both ways. */
  public static final Compression LZ4 = new Compression(Codec.LZ4, 0);

  /** ZSTD at {@code level}. */
  public static Compression zstd(int level) {
    return new Compression(Codec.ZSTD, level);
  }

  /** Checks the level. */
  public Compression {
    boolean zstd = codec == Codec.ZSTD;
    if (zstd ? level < 1 || level > 19 : level != 0) {
      throw new IllegalArgumentException("level " + level + " is not one of " + codec);
    }
  }

  /** The codecs; their codes are stored with each block. */
  public enum Codec {
    /** No compression. */
    NONE(0),
    /** LZ4 block format. */
    LZ4(1),
    /** ZSTD frame format. */
    ZSTD(2);

    private final int code;

    Codec(int code) {
      this.code = code;
    }

    /** The stored form. */
    public int code() {
      return code;
    }
  }
}
