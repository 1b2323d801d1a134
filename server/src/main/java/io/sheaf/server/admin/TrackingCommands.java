package io.sheaf.server.admin;

import io.sheaf.server.command.Call;
import io.sheaf.server.command.Command;
import io.sheaf.server.command.CommandException;
import io.sheaf.server.command.Handler;
import io.sheaf.server.wire.ReplyWriter;

/**
 * CLIENT TRACKING and what belongs to it. No keys are tracked here, so it is refused, and what asks
 * for it is told that it is off.
 *
 * <p><b>Thread safety.</b> Stateless.
 */
final class TrackingCommands {
  private TrackingCommands() {}

  private static Command sub(String name, int arity, Handler handler) {
    return new Command("client|" + name, arity, handler)
        .docs("connection", "6.0.0", "CLIENT " + name + "; no keys are tracked here");
  }

  static Command tracking() {
    return sub("tracking", -3, TrackingCommands::track);
  }

  private static void track(Call call) throws CommandException {
    boolean on = call.is(2, "on");
    if (!on && !call.is(2, "off")) {
      throw CommandException.syntax();
    }
    for (int i = 3; i < call.count(); i++) {
      boolean hasValue = call.is(i, "redirect") || call.is(i, "prefix");
      boolean known =
          call.is(i, "bcast")
              || call.is(i, "optin")
              || call.is(i, "optout")
              || call.is(i, "noloop");
      if (hasValue ? ++i == call.count() : !known) {
        throw CommandException.syntax();
      }
    }
    if (on) {
      throw new CommandException(
          "ERR CLIENT TRACKING is not supported: no invalidations would be sent, so a client must not"
              + " cache what it reads");
    }
    call.reply().ok();
  }

  static Command caching() {
    return sub("caching", 3, TrackingCommands::cache);
  }

  private static void cache(Call call) throws CommandException {
    throw new CommandException(
        "ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or"
            + " OPTOUT mode enabled");
  }

  static Command info() {
    return sub("trackinginfo", 2, TrackingCommands::tell);
  }

  private static void tell(Call call) {
    ReplyWriter reply = call.reply();
    reply.map(3);
    reply.bulk("flags");
    reply.set(1);
    reply.bulk("off");
    reply.bulk("redirect");
    reply.integer(-1);
    reply.bulk("prefixes");
    reply.array(0);
  }

  static Command redirection() {
    return sub("getredir", 2, call -> call.reply().integer(-1));
  }
}
