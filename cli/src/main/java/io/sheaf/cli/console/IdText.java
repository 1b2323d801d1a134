package io.sheaf.cli.console;

import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.DeviceId;
import io.sheaf.im.id.Id;
import io.sheaf.im.id.UserId;
import java.util.HexFormat;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Ids on the command line: text as it is, {@code hex:} and the bytes of a text that is no UTF-8,
 * {@code num:} and a number.
 *
 * <p><em>Thread safety:</em> stateless.
 */
public final class IdText {
  private static final String HEX = "hex:";
  private static final String NUMBER = "num:";

  private IdText() {}

  /** How {@code id} is given on the command line. */
  public static String of(Id id) {
    return id.number().isPresent() ? NUMBER + id : id.toString();
  }

  static Id parse(String what, String text) {
    try {
      if (text.startsWith(HEX)) {
        return Id.of(what, HexFormat.of().parseHex(text.substring(HEX.length())));
      }
      return text.startsWith(NUMBER)
          ? Id.of(Long.parseUnsignedLong(text.substring(NUMBER.length())))
          : Id.of(what, text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(
          "'"
              + text
              + "' is no "
              + what
              + ": give a text of 1 to "
              + Id.MAX_BYTES
              + " bytes, its bytes as hex:6a6f65, or a number as num:7");
    }
  }

  /** Reads the id of a user. */
  public static final class OfUser implements ITypeConverter<UserId> {
    /** A converter. */
    public OfUser() {}

    @Override
    public UserId convert(String value) {
      return new UserId(parse("user", value));
    }
  }

  /** Reads the id of a conversation. */
  public static final class OfConversation implements ITypeConverter<ConversationId> {
    /** A converter. */
    public OfConversation() {}

    @Override
    public ConversationId convert(String value) {
      return new ConversationId(parse("conversation", value));
    }
  }

  /** Reads the id of a device. */
  public static final class OfDevice implements ITypeConverter<DeviceId> {
    /** A converter. */
    public OfDevice() {}

    @Override
    public DeviceId convert(String value) {
      return new DeviceId(parse("device", value));
    }
  }
}
