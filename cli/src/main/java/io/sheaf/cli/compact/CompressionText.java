package io.sheaf.cli.compact;

import io.sheaf.lsm.coding.Compression;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads a codec from the command line: {@code none}, {@code lz4}, {@code zstd} or {@code zstd:} and
 * a level.
 */
final class CompressionText implements ITypeConverter<Compression> {
  /**
   * The level of {@code zstd} without one: nearly as small as the highest, several times faster.
   */
  static final int LEVEL = 9;

  private static final String ZSTD = "zstd";

  /** A converter. */
  CompressionText() {}

  @Override
  public Compression convert(String text) {
    try {
      return parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }

  /**
   * What {@code text} says.
   *
   * @throws IllegalArgumentException when it names none
   */
  static Compression parse(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.equals("none")) {
      return Compression.NONE;
    }
    if (lower.equals("lz4")) {
      return Compression.LZ4;
    }
    if (lower.equals(ZSTD)) {
      return Compression.zstd(LEVEL);
    }
    if (lower.matches("zstd:[0-9]{1,2}")) {
      int level = Integer.parseInt(lower.substring(ZSTD.length() + 1));
      if (level >= 1 && level <= 19) {
        return Compression.zstd(level);
      }
    }
    throw new IllegalArgumentException(
        "'" + text + "' is no compression: give none, lz4, or zstd:1 to zstd:19");
  }

  /** As it is given on the command line. */
  static String of(Compression compression) {
    return switch (compression.codec()) {
      case NONE -> "none";
      case LZ4 -> "lz4";
      case ZSTD -> ZSTD + ":" + compression.level();
    };
  }
}
