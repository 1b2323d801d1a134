package io.sheaf.cli.console;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Bytes on the command line: text as it is, {@code hex:} and hexadecimal digits, {@code id:} and an
 * id in the form in which the keys of IM tables hold it ({@code id:num:7}, {@code id:hex:…} as
 * elsewhere).
 *
 * @param bytes the bytes; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record BytesText(byte[] bytes) {
  /** What the help of an option of this type says. */
  public static final String FORMS =
      "Text, hex:… for bytes, or id:… for an id as the keys of IM tables hold it.";

  private static final String HEX = "hex:";
  private static final String ID = "id:";

  /** Reads bytes from the command line. */
  public static final class Converter implements ITypeConverter<BytesText> {
    /** A converter. */
    public Converter() {}

    @Override
    public BytesText convert(String text) {
      if (text.startsWith(ID)) {
        return new BytesText(IdText.parse("prefix", text.substring(ID.length())).encoded());
      }
      try {
        return new BytesText(
            text.startsWith(HEX)
                ? HexFormat.of().parseHex(text.substring(HEX.length()))
                : text.getBytes(StandardCharsets.UTF_8));
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(
            "'" + text + "' has no hexadecimal digits behind hex:; give them as in hex:6a6f65");
      }
    }
  }
}
