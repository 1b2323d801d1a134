package io.sheaf.server.admin;

import static io.sheaf.server.command.CommandFlag.ADMIN;
import static io.sheaf.server.command.CommandFlag.SECRET;

import io.sheaf.server.command.Call;
import io.sheaf.server.command.Command;
import io.sheaf.server.command.CommandException;
import io.sheaf.server.command.CommandTable;
import io.sheaf.server.command.Dispatcher;
import io.sheaf.server.command.GlobPattern;
import io.sheaf.server.command.Handler;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * CONFIG.
 *
 * <p><b>Thread safety.</b> Immutable.
 */
public final class ConfigCommands {
  private final Settings settings;

  private ConfigCommands(Settings settings) {
    this.settings = settings;
  }

  /** Adds them to {@code table}. */
  public static void addTo(CommandTable table, Settings settings, Dispatcher dispatcher) {
    ConfigCommands commands = new ConfigCommands(settings);
    table.add(
        new Command("config", -2, call -> {})
            .docs("server", "2.0.0", "Options of the server.")
            .subcommands(
                sub("get", -3, commands::get, "Tells options."),
                sub("set", -4, commands::set, "Changes options, all or none.")
                    .alsoFlags(SECRET), // requirepass is refused, but not shown
                sub("rewrite", 2, ConfigCommands::rewrite, "Not possible here."),
                sub(
                    "resetstat",
                    2,
                    call -> {
                      dispatcher.resetCounters();
                      call.reply().ok();
                    },
                    "Sets the counters of commands and errors to zero.")));
  }

  private static Command sub(String name, int arity, Handler handler, String summary) {
    return new Command("config|" + name, arity, handler)
        .flags(ADMIN)
        .docs("server", "2.0.0", summary);
  }

  private void get(Call call) {
    Map<String, String> found = new TreeMap<>();
    for (int i = 2; i < call.count(); i++) {
      String pattern = call.text(i).toLowerCase(Locale.ROOT);
      found.putAll(settings.matching(new GlobPattern(pattern.getBytes(StandardCharsets.UTF_8))));
    }
    call.reply().map(found.size());
    found.forEach((name, value) -> {
      call.reply().bulk(name);
      call.reply().bulk(value);
    });
  }

  private void set(Call call) throws CommandException {
    if (call.count() % 2 == 1) {
      throw new CommandException("ERR wrong number of arguments for 'config|set' command");
    }
    Map<String, String> values = new LinkedHashMap<>();
    for (int i = 2; i < call.count(); i += 2) {
      if (values.put(call.text(i).toLowerCase(Locale.ROOT), call.text(i + 1)) != null) {
        throw Settings.failed(call.text(i), "duplicate parameter");
      }
    }
    settings.set(values);
    call.reply().ok();
  }

  private static void rewrite(Call call) throws CommandException {
    throw new CommandException(
        "ERR the config file is never written by the server: change it by hand");
  }
}
