package io.sheaf.server.admin;

import io.sheaf.server.command.Argument;
import io.sheaf.server.wire.ReplyWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * What COMMAND DOCS tells of the arguments of a command.
 *
 * <p><b>Thread safety.</b> Stateless.
 */
final class ArgumentDocs {
  private ArgumentDocs() {}

  static void write(ReplyWriter reply, List<Argument> arguments) {
    reply.array(arguments.size());
    arguments.forEach(argument -> write(reply, argument));
  }

  private static void write(ReplyWriter reply, Argument argument) {
    String token = argument.token();
    List<String> flags = new ArrayList<>();
    if (argument.isOptional()) {
      flags.add("optional");
    }
    if (argument.isMultiple()) {
      flags.add("multiple");
    }
    boolean isKey = argument.type() == Argument.Type.KEY;
    boolean hasParts = !argument.parts().isEmpty();
    int fields = 2;
    fields += isKey ? 1 : 0;
    fields += token == null ? 0 : 1;
    fields += flags.isEmpty() ? 0 : 1;
    fields += hasParts ? 1 : 0;
    reply.map(fields);
    reply.bulk("name");
    reply.bulk(argument.name());
    reply.bulk("type");
    reply.bulk(argument.type().shown());
    if (isKey) {
      reply.bulk("key_spec_index");
      reply.integer(0);
    }
    if (token != null) {
      reply.bulk("token");
      reply.bulk(token);
    }
    if (!flags.isEmpty()) {
      reply.bulk("flags");
      reply.array(flags.size());
      flags.forEach(reply::simple);
    }
    if (hasParts) {
      reply.bulk("arguments");
      write(reply, argument.parts());
    }
  }
}
