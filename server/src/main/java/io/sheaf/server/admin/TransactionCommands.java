package io.sheaf.server.admin;

import static io.sheaf.server.command.CommandFlag.FAST;
import static io.sheaf.server.command.CommandFlag.IN_MULTI_AT_ONCE;
import static io.sheaf.server.command.KeyFlag.RO;

import io.sheaf.server.client.Client;
import io.sheaf.server.client.MultiState;
import io.sheaf.server.client.Watch;
import io.sheaf.server.command.Call;
import io.sheaf.server.command.Command;
import io.sheaf.server.command.CommandException;
import io.sheaf.server.command.CommandTable;
import io.sheaf.server.keyspace.Key;
import java.io.IOException;

/**
 * MULTI, DISCARD, WATCH and UNWATCH; EXEC is the dispatcher's.
 *
 * <p><b>Thread safety.</b> Stateless.
 */
public final class TransactionCommands {
  private static final String GROUP = "transactions";

  private TransactionCommands() {}

  /** Adds them to {@code table}. */
  public static void addTo(CommandTable table) {
    table.add(
        new Command("multi", 1, TransactionCommands::begin)
            .flags(FAST, IN_MULTI_AT_ONCE)
            .docs(GROUP, "1.2.0", "Starts a transaction."));
    table.add(
        new Command("discard", 1, TransactionCommands::discard)
            .flags(FAST, IN_MULTI_AT_ONCE)
            .docs(GROUP, "2.0.0", "Discards a transaction."));
    table.add(
        new Command("watch", -2, TransactionCommands::watch)
            .flags(FAST, IN_MULTI_AT_ONCE)
            .keys(1, -1, 1, RO)
            .docs(GROUP, "2.2.0", "Lets EXEC do nothing when one of the keys changes before."));
    table.add(
        new Command("unwatch", 1, TransactionCommands::unwatch)
            .flags(FAST)
            .docs(GROUP, "2.2.0", "Watches no key any more."));
  }

  private static void begin(Call call) throws CommandException {
    if (call.client().multi() != null) {
      throw new CommandException("ERR MULTI calls can not be nested");
    }
    call.client().multi(new MultiState());
    call.reply().ok();
  }

  private static void discard(Call call) throws CommandException {
    if (call.client().multi() == null) {
      throw new CommandException("ERR DISCARD without MULTI");
    }
    call.client().multi(null);
    call.client().unwatch();
    call.reply().ok();
  }

  private static void watch(Call call) throws CommandException, IOException {
    Client client = call.client();
    if (client.multi() != null) {
      throw new CommandException("ERR WATCH inside MULTI is not allowed");
    }
    for (int i = 1; i < call.count(); i++) {
      Key key = new Key(call.key(i));
      if (!client.isWatching(key)) {
        Watch watch = new Watch(key, call.rows().keyspace().listeners());
        client.watch(watch); // before it is looked for, so that it is let go whatever happens
        watch.wasThere(call.rows().head(key.bytes()) != null);
      }
    }
    call.reply().ok();
  }

  private static void unwatch(Call call) {
    call.client().unwatch();
    call.reply().ok();
  }
}
