package io.sheaf.server.im;

import io.sheaf.im.id.ClientMessageId;
import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.DeviceId;
import io.sheaf.im.id.Id;
import io.sheaf.im.id.MessageId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.model.Body;
import io.sheaf.server.command.Call;
import io.sheaf.server.command.CommandException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The arguments of an IM command, one after another.
 *
 * <p>An id that is written as a decimal number of 64 bits, without a sign and without leading
 * zeros, is a number; anything else is a text of 1 to 64 bytes.
 *
 * <p><b>Thread safety.</b> One thread.
 */
final class ImArguments {
  private final Call call;
  private int at = 1;

  ImArguments(Call call) {
    this.call = call;
  }

  boolean isAtEnd() {
    return at == call.count();
  }

  /** Whether the next argument is {@code word}, which is in lower case; passes over it then. */
  boolean take(String word) {
    boolean found = call.is(at, word);
    at += found ? 1 : 0;
    return found;
  }

  /** What is left was not understood. */
  CommandException notUnderstood() {
    return new CommandException(
        "ERR syntax error: '"
            + call.text(at)
            + "' is no option here; COMMAND DOCS "
            + call.name().toUpperCase(Locale.ROOT)
            + " shows all");
  }

  void end() throws CommandException {
    if (!isAtEnd()) {
      throw notUnderstood();
    }
  }

  ConversationId conversation() throws CommandException {
    return new ConversationId(id("conversation"));
  }

  UserId user() throws CommandException {
    return new UserId(id("user"));
  }

  /** All that are left, one at least. */
  List<UserId> users() throws CommandException {
    List<UserId> users = new ArrayList<>();
    do {
      users.add(user());
    } while (!isAtEnd());
    return users;
  }

  /** A number, and so many users. */
  List<UserId> countedUsers() throws CommandException {
    long count = number("number of users", 1, call.count());
    List<UserId> users = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      users.add(user());
    }
    return users;
  }

  DeviceId device() throws CommandException {
    return new DeviceId(id("device"));
  }

  ClientMessageId clientMessage() throws CommandException {
    return new ClientMessageId(id("client message"));
  }

  MessageId message() throws CommandException {
    byte[] text = next();
    try {
      return new MessageId(Long.parseUnsignedLong(text(text)));
    } catch (NumberFormatException e) {
      throw new CommandException(
          "ERR a message id is a number of 64 bits, not '" + text(text) + "'");
    }
  }

  Body body() throws CommandException {
    return Body.of(next());
  }

  String text() throws CommandException {
    return text(next());
  }

  /** A number from {@code least} to {@code most}. */
  long number(String what, long least, long most) throws CommandException {
    require();
    long value = call.integer(at);
    if (value < least || value > most) {
      throw new CommandException(
          "ERR " + what + " must be " + least + " to " + most + ", not " + value);
    }
    at++;
    return value;
  }

  /** What stands behind {@code word}: on or off. */
  boolean isOn(String word) throws CommandException {
    require();
    if (take(word)) {
      require();
      if (take("on")) {
        return true;
      }
      if (take("off")) {
        return false;
      }
    }
    throw notUnderstood();
  }

  private Id id(String what) throws CommandException {
    byte[] text = next();
    try {
      return Id.parse(what, text);
    } catch (IllegalArgumentException e) {
      throw new CommandException("ERR " + e.getMessage());
    }
  }

  private byte[] next() throws CommandException {
    require();
    return call.bytes(at++);
  }

  private void require() throws CommandException {
    if (isAtEnd()) {
      throw new CommandException("ERR wrong number of arguments for '" + call.name() + "' command");
    }
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
