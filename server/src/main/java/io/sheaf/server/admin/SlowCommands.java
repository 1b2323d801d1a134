package io.sheaf.server.admin;

import static io.sheaf.server.command.CommandFlag.ADMIN;

import io.sheaf.server.command.Call;
import io.sheaf.server.command.Command;
import io.sheaf.server.command.CommandException;
import io.sheaf.server.command.CommandTable;
import io.sheaf.server.command.Dispatcher;
import io.sheaf.server.command.Handler;
import io.sheaf.server.command.LatencyEvents;
import io.sheaf.server.command.SlowLog;
import io.sheaf.server.settings.LiveOption;
import io.sheaf.server.wire.ReplyWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * SLOWLOG and LATENCY: what took long.
 *
 * <p><b>Thread safety.</b> Immutable.
 */
public final class SlowCommands {
  private static final int DEFAULT_COUNT = 10;

  private final SlowLog log;
  private final LatencyEvents events;
  private final CommandTable table;
  private final Settings settings;

  private SlowCommands(Dispatcher dispatcher, Settings settings) {
    this.table = dispatcher.table();
    this.settings = settings;
    this.log = dispatcher.slowLog();
    this.events = dispatcher.latency();
  }

  /** Adds them to {@code table}. */
  public static void addTo(CommandTable table, Dispatcher dispatcher, Settings settings) {
    SlowCommands commands = new SlowCommands(dispatcher, settings);
    table.add(
        new Command("slowlog", -2, call -> {})
            .docs("server", "2.2.12", "Commands that took long.")
            .subcommands(
                sub("slowlog|get", -2, commands::get, "Returns the newest entries."),
                sub("slowlog|len", 2, call -> call.reply().integer(commands.log.size()), "Counts."),
                sub("slowlog|reset", 2, commands::clear, "Forgets all entries.")));
    table.add(
        new Command("latency", -2, call -> {})
            .docs("server", "2.8.13", "Events that took long.")
            .subcommands(
                sub("latency|latest", 2, commands::latest, "Returns the last of each event."),
                sub("latency|history", 3, commands::history, "Returns the samples of an event."),
                sub("latency|reset", -2, commands::reset, "Forgets events, or all."),
                sub("latency|doctor", 2, commands::doctor, "Says what took long."),
                sub("latency|graph", 3, commands::graph, "Draws the samples of an event."),
                sub(
                    "latency|histogram",
                    -2,
                    commands::histograms,
                    "Tells how long commands took, by powers of two.")));
  }

  private static Command sub(String name, int arity, Handler handler, String summary) {
    return new Command(name, arity, handler).flags(ADMIN).docs("server", "2.2.12", summary);
  }

  private void get(Call call) throws CommandException {
    long count = DEFAULT_COUNT;
    if (call.count() == 3) {
      count = call.integer(2);
      if (count < -1) {
        throw new CommandException("ERR count should be greater than or equal to -1");
      }
    } else if (call.count() > 3) {
      throw new CommandException("ERR wrong number of arguments for 'slowlog|get' command");
    }
    List<SlowLog.Entry> entries = log.newest(count == -1 ? Long.MAX_VALUE : count);
    call.reply().array(entries.size());
    for (SlowLog.Entry entry : entries) {
      call.reply().array(6);
      call.reply().integer(entry.id());
      call.reply().integer(entry.atMillis() / 1_000);
      call.reply().integer(entry.micros());
      call.reply().array(entry.arguments().size());
      entry.arguments().forEach(call.reply()::bulk);
      call.reply().bulk(entry.address());
      call.reply().bulk(entry.name());
    }
  }

  private void clear(Call call) {
    log.clear();
    call.reply().ok();
  }

  private void latest(Call call) {
    List<LatencyEvents.Latest> all = events.latest();
    call.reply().array(all.size());
    for (LatencyEvents.Latest event : all) {
      call.reply().array(6);
      call.reply().bulk(event.name());
      call.reply().integer(event.latest().second());
      call.reply().integer(event.latest().millis());
      call.reply().integer(event.worstMillis());
      call.reply().integer(event.sumMillis());
      call.reply().integer(event.count());
    }
  }

  private void history(Call call) {
    List<LatencyEvents.Sample> samples = events.history(call.text(2));
    call.reply().array(samples.size());
    for (LatencyEvents.Sample sample : samples) {
      call.reply().array(2);
      call.reply().integer(sample.second());
      call.reply().integer(sample.millis());
    }
  }

  private void reset(Call call) {
    long count = 0;
    if (call.count() == 2) {
      for (LatencyEvents.Latest event : events.latest()) {
        count += events.reset(event.name()) ? 1 : 0;
      }
    }
    for (int i = 2; i < call.count(); i++) {
      count += events.reset(call.text(i)) ? 1 : 0;
    }
    call.reply().integer(count);
  }

  private void doctor(Call call) {
    String threshold = settings.shown(LiveOption.LATENCY_MONITOR_THRESHOLD.shown());
    if (threshold.equals("0")) {
      call.reply()
          .verbatim(
              "Nothing is watched: CONFIG SET latency-monitor-threshold <milliseconds> says from when"
                  + " on an event is kept.\n");
      return;
    }
    List<LatencyEvents.Latest> latest = events.latest();
    StringBuilder text = new StringBuilder();
    if (latest.isEmpty()) {
      text.append("Nothing took ").append(threshold).append(" ms or longer.\n");
    }
    for (LatencyEvents.Latest event : latest) {
      List<LatencyEvents.Sample> samples = events.history(event.name());
      text.append(event.name())
          .append(": ")
          .append(samples.size())
          .append(" seconds with such an event; the worst took ")
          .append(event.worstMillis())
          .append(" ms, the latest ")
          .append(event.latest().millis())
          .append(" ms\n");
    }
    if (!latest.isEmpty()) {
      text.append("SLOWLOG GET shows commands, ENGINE.SLOW why writes are slow now.\n");
    }
    call.reply().verbatim(text.toString());
  }

  private void graph(Call call) throws CommandException {
    List<LatencyEvents.Sample> samples = events.history(call.text(2));
    if (samples.isEmpty()) {
      throw new CommandException("ERR No samples available for event '" + call.text(2) + "'");
    }
    long nowSecond = call.rows().nowMillis() / 1_000;
    call.reply().verbatim(LatencyGraph.of(call.text(2), samples, nowSecond));
  }

  /**
   * LATENCY HISTOGRAM [command …]; one with subcommands stands for them, one that is none for none.
   */
  private void histograms(Call call) {
    List<Command> asked = new ArrayList<>();
    if (call.count() == 2) {
      table.all().forEach(command -> addRun(command, asked));
    }
    for (int i = 2; i < call.count(); i++) {
      String name = call.text(i).toLowerCase(Locale.ROOT);
      int bar = name.indexOf('|');
      Command command = table.named(bar < 0 ? name : name.substring(0, bar));
      if (command != null && bar < 0) {
        addRun(command, asked);
      } else if (command != null) {
        command.subcommands().stream()
            .filter(sub -> sub.name().equals(name))
            .forEach(sub -> addRun(sub, asked));
      }
    }
    ReplyWriter reply = call.reply();
    reply.map(asked.size());
    for (Command command : asked) {
      Map<Long, Long> within = command.counters().callsWithinMicros();
      reply.bulk(command.name());
      reply.map(2);
      reply.bulk("calls");
      reply.integer(command.counters().calls());
      reply.bulk("histogram_usec");
      reply.map(within.size());
      within.forEach((micros, calls) -> {
        reply.integer(micros);
        reply.integer(calls);
      });
    }
  }

  private static void addRun(Command command, List<Command> found) {
    if (command.counters().calls() > 0) {
      found.add(command);
    }
    command.subcommands().forEach(sub -> addRun(sub, found));
  }
}
