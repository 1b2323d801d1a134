package io.sheaf.grouping;

import io.sheaf.lsm.key.PrefixExtractor;
import org.jspecify.annotations.Nullable;

/** Makes the rules for prefixes from their names, as a manifest holds them. */
public final class PrefixExtractors {
  private static final String KNOWN =
      "'whole', 'fixed:<bytes>', 'delimited:<number of the byte>', 'length-prefixed:<1 or 2>'";

  private PrefixExtractors() {}

  /**
   * The rule whose {@link PrefixExtractor#name} is {@code name}.
   *
   * @throws IllegalArgumentException when there is none; the message lists the known ones
   */
  public static PrefixExtractor parse(String name) {
    if (name.equals(PrefixExtractor.WHOLE_KEY.name())) {
      return PrefixExtractor.WHOLE_KEY;
    }
    int colon = name.indexOf(':');
    if (colon < 0) {
      throw unknown(name, null);
    }
    try {
      int number = Integer.parseInt(name.substring(colon + 1));
      return switch (name.substring(0, colon)) {
        case FixedPrefix.KIND -> new FixedPrefix(number);
        case DelimitedPrefix.KIND -> new DelimitedPrefix(delimiter(number));
        case LengthPrefixed.KIND -> new LengthPrefixed(number);
        default -> throw unknown(name, null);
      };
    } catch (NumberFormatException notANumber) {
      throw unknown(name, notANumber);
    }
  }

  /** The rule of this name, null where it is not known: for the tables of a store. */
  public static @Nullable PrefixExtractor resolve(String name) {
    try {
      return parse(name);
    } catch (IllegalArgumentException unknown) {
      return null;
    }
  }

  private static byte delimiter(int number) {
    if (number < 0 || number > 0xFF) {
      throw new IllegalArgumentException("a delimiter is a byte, 0 to 255, not " + number);
    }
    return (byte) number;
  }

  private static IllegalArgumentException unknown(String name, @Nullable Exception cause) {
    return new IllegalArgumentException(
        "no prefix rule is named '" + name + "'; known are " + KNOWN, cause);
  }
}
