package io.sheaf.server.admin;

import io.sheaf.server.command.Call;
import io.sheaf.server.command.CommandException;
import io.sheaf.server.wire.ReplyWriter;
import java.util.Locale;

/** DEBUG PROTOCOL type: a reply of each type of the protocol, for tests of clients. */
final class DebugProtocol {
  private DebugProtocol() {}

  static void reply(Call call) throws CommandException {
    ReplyWriter reply = call.reply();
    switch (call.text(2).toLowerCase(Locale.ROOT)) {
      case "string" -> reply.bulk("Hello World");
      case "integer" -> reply.integer(12_345);
      case "double" -> reply.real(3.141);
      case "null" -> reply.none();
      case "array" -> {
        reply.array(3);
        numbers(reply, 3);
      }
      case "set" -> {
        reply.set(3);
        numbers(reply, 3);
      }
      case "map" -> {
        reply.map(3);
        for (int i = 0; i < 3; i++) {
          reply.integer(i);
          reply.bool(i == 1);
        }
      }
      case "attrib" -> {
        if (reply.version() == 3) {
          reply.attribute(1);
          reply.bulk("key-popularity");
          reply.array(2);
          reply.bulk("key:123");
          reply.integer(90);
        }
        reply.bulk("Some real reply following the attribute");
      }
      case "push" -> {
        reply.push(2);
        reply.bulk("server-cpu-usage");
        reply.integer(42);
      }
      case "bignum" -> reply.bigNumber("1234567999999999999999999999999999999");
      case "true" -> reply.bool(true);
      case "false" -> reply.bool(false);
      case "verbatim" -> reply.verbatim("This is a verbatim\nstring");
      default ->
          throw new CommandException(
              "ERR Wrong protocol type name. Please use one of the following:"
                  + " string|integer|double|null|array|set|map|attrib|push|verbatim|true|false");
    }
  }

  private static void numbers(ReplyWriter reply, int count) {
    for (int i = 0; i < count; i++) {
      reply.integer(i);
    }
  }
}
