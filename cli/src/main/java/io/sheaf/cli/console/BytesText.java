package io.sheaf.cli.console;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Bytes on the command line: text as it is, {@code hex:} and hexadecimal digits, {@code num:} and a
 * number that stands in eight bytes, the highest first, {@code id:} and an id in the form in which
 * the keys of IM tables hold it ({@code id:num:7}, {@code id:hex:…} as elsewhere).
 *
 * @param bytes the bytes; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record BytesText(byte[] bytes) {
  /** What the help of an option of this type says. */
  public static final String FORMS =
      "Text, hex:… or 0x… for bytes, num:7 for a number in eight bytes, or id:… for an id as the keys"
          + " of IM tables hold it.";

  private static final String HEX = "hex:";

  /** As keys are shown. */
  private static final String SHOWN_HEX = "0x";

  private static final String NUMBER = "num:";
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
        if (text.startsWith(NUMBER)) {
          long number = Long.parseUnsignedLong(text.substring(NUMBER.length()));
          return new BytesText(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
        }
        for (String hex : List.of(HEX, SHOWN_HEX)) {
          if (text.startsWith(hex)) {
            return new BytesText(HexFormat.of().parseHex(text.substring(hex.length())));
          }
        }
        return new BytesText(text.getBytes(StandardCharsets.UTF_8));
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(
            "'" + text + "' is neither bytes nor a number: give them as in hex:6a6f65 or num:7");
      }
    }
  }
}
