package io.sheaf.cli.im;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * How many messages to print: 1 to {@value #MOST}, as they are held in memory.
 *
 * <p><b>Thread safety.</b> Stateless.
 */
final class MessageCount implements ITypeConverter<Integer> {
  /** So many are asked for at once. */
  static final int PAGE = 1000;

  private static final int MOST = 10_000_000;

  @Override
  public Integer convert(String text) {
    try {
      int count = Integer.parseInt(text);
      if (count >= 1 && count <= MOST) {
        return count;
      }
    } catch (NumberFormatException e) {
      throw refused(text, e);
    }
    throw refused(text, null);
  }

  private static TypeConversionException refused(
      String text, @Nullable NumberFormatException cause) {
    TypeConversionException refused =
        new TypeConversionException("must be 1 to " + MOST + ", not " + text);
    refused.initCause(cause);
    return refused;
  }
}
