package io.sheaf.server.admin;

import static io.sheaf.server.command.CommandFlag.ADMIN;

import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.db.WritePressure;
import io.sheaf.lsm.stats.Counter;
import io.sheaf.lsm.version.Run;
import io.sheaf.lsm.version.TableState;
import io.sheaf.server.command.Call;
import io.sheaf.server.command.Command;
import io.sheaf.server.command.CommandException;
import io.sheaf.server.command.CommandFailures;
import io.sheaf.server.command.CommandTable;
import io.sheaf.server.command.Handler;
import io.sheaf.server.wire.ReplyWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/**
 * ENGINE.*: what an operator asks of the store below the keys.
 *
 * <p><b>Thread safety.</b> Stateless.
 */
public final class EngineCommands {
  private EngineCommands() {}

  /** Adds them to {@code table}. */
  public static void addTo(CommandTable table, CommandFailures failures) {
    table.add(command("engine.stats", 1, EngineCommands::stats, "Tells what the store counts."));
    table.add(command("engine.levels", 1, EngineCommands::levels, "Tells the runs of each table."));
    table.add(
        command(
            "engine.compact",
            -1,
            EngineCommands::compact,
            "Merges all runs of a table, or of all tables, and waits for it."));
    table.add(
        command(
            "engine.slow",
            1,
            call -> slow(call, failures),
            "Tells why writes are slow, or refused, now."));
  }

  private static Command command(String name, int arity, Handler handler, String summary) {
    return new Command(name, arity, handler).flags(ADMIN).docs("server", "1.0.0", summary);
  }

  private static void stats(Call call) {
    Db db = call.rows().keyspace().db();
    call.reply().map(Counter.values().length);
    for (Counter counter : Counter.values()) {
      call.reply().bulk(counter.name().toLowerCase(Locale.ROOT));
      call.reply().integer(db.statistics().get(counter));
    }
  }

  private static void levels(Call call) {
    ReplyWriter reply = call.reply();
    Collection<TableState> tables = call.rows().keyspace().db().version().tablesInOrder().values();
    reply.map(tables.size());
    for (TableState table : tables) {
      reply.bulk(table.descriptor().name());
      reply.array(table.runs().size());
      for (Run run : table.runs()) {
        reply.map(4);
        reply.bulk("run");
        reply.integer(run.id());
        reply.bulk("level");
        reply.integer(run.level());
        reply.bulk("files");
        reply.integer(run.files().size());
        reply.bulk("bytes");
        reply.integer(run.sizeBytes());
      }
    }
  }

  private static void compact(Call call) throws CommandException, IOException {
    Db db = call.rows().keyspace().db();
    List<Table> chosen = new ArrayList<>();
    for (int i = 1; i < call.count(); i++) {
      String name = call.text(i);
      chosen.add(
          db.findTable(name)
              .orElseThrow(() ->
                  new CommandException("ERR no table '" + name + "'; ENGINE.LEVELS shows all")));
    }
    for (Table table : chosen.isEmpty() ? db.tables() : chosen) {
      try {
        db.compact(table, null, null);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CommandException("ERR the server stops");
      }
    }
    call.reply().ok();
  }

  private static void slow(Call call, CommandFailures failures) {
    WritePressure pressure = call.rows().keyspace().db().pressure();
    call.reply().map(2);
    call.reply().bulk("pressure");
    call.reply().real(pressure.level());
    call.reply().bulk("reason");
    call.reply().bulk(failures.whyRefused().orElse(pressure.reason()));
  }
}
