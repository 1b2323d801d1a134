package io.sheaf.im.client;

import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.DeviceId;
import io.sheaf.im.id.Id;
import io.sheaf.im.id.MessageId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.model.Body;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A map of a reply, which Lettuce gives as a list of names and values. Fields that are not asked
 * for are passed over, so that a later server may say more.
 *
 * <p><b>Thread safety.</b> Immutable.
 */
final class Fields {
  private final Map<String, @Nullable Object> values = new HashMap<>();

  private Fields(List<?> flat) {
    for (int i = 0; i + 1 < flat.size(); i += 2) {
      values.put(text(flat.get(i)), flat.get(i + 1));
    }
  }

  /** The map that {@code value} is. */
  static Fields of(@Nullable Object value) {
    return new Fields(list(value));
  }

  long number(String name) {
    return number(value(name));
  }

  int small(String name) {
    return Math.toIntExact(number(name));
  }

  boolean isTrue(String name) {
    return number(name) != 0;
  }

  String text(String name) {
    return text(value(name));
  }

  Body body(String name) {
    return Body.of(bytes(value(name)));
  }

  MessageId message(String name) {
    return new MessageId(Long.parseUnsignedLong(text(name)));
  }

  ConversationId conversation(String name) {
    return new ConversationId(Id.parse("conversation", bytes(value(name))));
  }

  UserId user(String name) {
    return user(value(name));
  }

  DeviceId device(String name) {
    return new DeviceId(Id.parse("device", bytes(value(name))));
  }

  List<UserId> users(String name) {
    return list(value(name)).stream().map(Fields::user).toList();
  }

  List<?> list(String name) {
    return list(value(name));
  }

  <E extends Enum<E>> E word(Class<E> type, String name) {
    return Enum.valueOf(type, text(name).toUpperCase(Locale.ROOT));
  }

  /** A value that may be nothing. */
  @Nullable Object value(String name) {
    if (!values.containsKey(name)) {
      throw new IllegalStateException(
          "the reply has no '" + name + "', only " + values.keySet() + ": is it another server?");
    }
    return values.get(name);
  }

  static UserId user(@Nullable Object value) {
    return new UserId(Id.parse("user", bytes(value)));
  }

  static List<?> list(@Nullable Object value) {
    if (value instanceof List<?> list) {
      return list;
    }
    throw unexpected("a list", value);
  }

  static long number(@Nullable Object value) {
    if (value instanceof Long number) {
      return number;
    }
    throw unexpected("a number", value);
  }

  static byte[] bytes(@Nullable Object value) {
    if (value instanceof byte[] bytes) {
      return bytes;
    }
    throw unexpected("bytes", value);
  }

  static String text(@Nullable Object value) {
    return new String(bytes(value), StandardCharsets.UTF_8);
  }

  private static IllegalStateException unexpected(String wanted, @Nullable Object found) {
    String type = found == null ? "nothing" : found.getClass().getSimpleName();
    return new IllegalStateException(
        "the reply has " + type + " where " + wanted + " should be: is it another server?");
  }
}
