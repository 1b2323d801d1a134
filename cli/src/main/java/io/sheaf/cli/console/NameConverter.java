package io.sheaf.cli.console;

import io.sheaf.im.Name;
import java.util.HexFormat;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a name from the command line: UTF-8, or {@code hex:} and its bytes in hexadecimal. */
public final class NameConverter implements ITypeConverter<Name> {
  private static final String HEX = "hex:";

  /** A converter. */
  public NameConverter() {}

  @Override
  public Name convert(String value) {
    try {
      return value.startsWith(HEX)
          ? Name.of(HexFormat.of().parseHex(value.substring(HEX.length())))
          : Name.of(value);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(
          "'" + value + "' is no name: a name is 1 to 4096 bytes, as text or as hex:6a6f65");
    }
  }
}
