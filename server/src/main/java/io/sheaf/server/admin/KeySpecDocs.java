package io.sheaf.server.admin;

import io.sheaf.server.command.KeyFlag;
import io.sheaf.server.command.KeySpec;
import io.sheaf.server.wire.ReplyWriter;
import java.util.List;

/**
 * What COMMAND INFO tells of the keys of a command.
 *
 * <p><b>Thread safety.</b> Stateless.
 */
final class KeySpecDocs {
  private KeySpecDocs() {}

  static void write(ReplyWriter reply, List<KeySpec> specs) {
    reply.set(specs.size());
    specs.forEach(spec -> write(reply, spec));
  }

  private static void write(ReplyWriter reply, KeySpec spec) {
    reply.map(3);
    reply.bulk("flags");
    flags(reply, spec.flagsShown());
    reply.bulk("begin_search");
    begin(reply, spec);
    reply.bulk("find_keys");
    reply.map(2);
    reply.bulk("type");
    reply.bulk("range");
    reply.bulk("spec");
    reply.map(3);
    number(reply, "lastkey", spec.last());
    number(reply, "keystep", spec.step());
    number(reply, "limit", spec.limit());
  }

  private static void begin(ReplyWriter reply, KeySpec spec) {
    String keyword = spec.keyword();
    reply.map(2);
    reply.bulk("type");
    reply.bulk(keyword == null ? "index" : "keyword");
    reply.bulk("spec");
    if (keyword == null) {
      reply.map(1);
      number(reply, "index", spec.start());
    } else {
      reply.map(2);
      reply.bulk("keyword");
      reply.bulk(keyword);
      number(reply, "startfrom", spec.start());
    }
  }

  static void flags(ReplyWriter reply, List<KeyFlag> flags) {
    reply.set(flags.size());
    flags.forEach(flag -> reply.simple(flag.shown()));
  }

  private static void number(ReplyWriter reply, String name, int value) {
    reply.bulk(name);
    reply.integer(value);
  }
}
