package io.sheaf.server.admin;

import io.sheaf.lsm.cache.MemoryBudget;
import io.sheaf.lsm.db.WritePressure;
import io.sheaf.lsm.stats.Counter;
import io.sheaf.server.client.Client;
import io.sheaf.server.client.ClientPause;
import io.sheaf.server.command.Command;
import io.sheaf.server.command.CommandCounters;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;

/**
 * What INFO tells.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
final class ServerInfo {
  private static final long MILLIS_A_DAY = 86_400_000;

  private final ServerState state;

  ServerInfo(ServerState state) {
    this.state = state;
  }

  /** The sections, in the order in which they are shown. */
  private enum Section {
    SERVER,
    CLIENTS,
    MEMORY,
    PERSISTENCE,
    STATS,
    REPLICATION,
    CPU,
    COMMANDSTATS,
    LATENCYSTATS,
    ERRORSTATS,
    CLUSTER,
    KEYSPACE,
    ENGINE;

    String title() {
      return this == CPU ? "CPU" : name().charAt(0) + name().substring(1).toLowerCase(Locale.ROOT);
    }
  }

  private static final EnumSet<Section> ON_DEMAND =
      EnumSet.of(Section.COMMANDSTATS, Section.LATENCYSTATS);

  /** The sections that are asked for by name, or by "default", "all" or "everything". */
  String of(Iterable<String> names) {
    Set<Section> wanted = EnumSet.noneOf(Section.class);
    for (String name : names) {
      switch (name.toLowerCase(Locale.ROOT)) {
        case "default" -> wanted.addAll(EnumSet.complementOf(ON_DEMAND));
        case "all", "everything" -> wanted.addAll(EnumSet.allOf(Section.class));
        default -> {
          for (Section section : Section.values()) {
            if (section.name().equalsIgnoreCase(name)) {
              wanted.add(section);
            }
          }
        }
      }
    }
    StringBuilder text = new StringBuilder();
    for (Section section : wanted) {
      text.append(text.isEmpty() ? "# " : "\r\n# ").append(section.title()).append("\r\n");
      lines(section)
          .forEach((name, value) -> text.append(name).append(':').append(value).append("\r\n"));
    }
    return text.toString();
  }

  private Map<String, Object> lines(Section section) {
    Map<String, Object> lines = new LinkedHashMap<>();
    switch (section) {
      case SERVER -> server(lines);
      case CLIENTS -> clients(lines);
      case MEMORY -> memory(lines);
      case PERSISTENCE -> persistence(lines);
      case STATS -> statistics(lines);
      case REPLICATION -> {
        lines.put("role", "master");
        lines.put("connected_slaves", 0);
      }
      case CPU -> processor(lines);
      case COMMANDSTATS -> commands().forEach(command -> command(lines, command));
      case LATENCYSTATS -> commands().forEach(command -> latency(lines, command));
      case ERRORSTATS ->
          state
              .dispatcher()
              .errors()
              .byCode()
              .forEach((code, count) -> lines.put("errorstat_" + code, "count=" + count));
      case CLUSTER -> lines.put("cluster_enabled", 0);
      case KEYSPACE -> {
        if (state.keyspace().size() > 0) {
          lines.put("db0", "keys=" + state.keyspace().size());
        }
      }
      case ENGINE -> engine(lines);
    }
    return lines;
  }

  private void server(Map<String, Object> lines) {
    long upMillis = System.currentTimeMillis() - state.startedMillis();
    lines.put("redis_version", state.version());
    lines.put("redis_mode", "standalone");
    lines.put("server_name", "sheaf");
    lines.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    lines.put("arch_bits", 64);
    lines.put("java_version", Runtime.version());
    lines.put("run_id", state.runId());
    lines.put("process_id", ProcessHandle.current().pid());
    lines.put("tcp_port", state.settings().shown("port"));
    lines.put("uptime_in_seconds", upMillis / 1_000);
    lines.put("uptime_in_days", upMillis / MILLIS_A_DAY);
  }

  private void clients(Map<String, Object> lines) {
    lines.put("connected_clients", state.clients().count());
    lines.put("maxclients", state.settings().shown("maxclients"));
    long blocked = 0;
    long watching = 0;
    long watched = 0;
    long subscribed = 0;
    for (Client client : state.clients().all()) {
      blocked += client.isBlocked() ? 1 : 0;
      subscribed += client.subscriptions();
      watching += client.isWatching() ? 1 : 0;
      watched += client.watchCount();
    }
    lines.put("blocked_clients", blocked);
    lines.put("watching_clients", watching);
    lines.put("total_watched_keys", watched);
    lines.put("subscribed_devices", subscribed);
    lines.put("tracking_clients", 0);
    ClientPause pause = state.dispatcher().pause();
    boolean paused = pause.what() != ClientPause.What.NOTHING;
    lines.put("paused_reason", paused ? "client_pause" : "none");
    lines.put(
        "paused_actions",
        switch (pause.what()) {
          case NOTHING -> "none";
          case WRITES -> "write";
          case ALL -> "all";
        });
    lines.put("paused_timeout_milliseconds", pause.leftMillis());
  }

  private void memory(Map<String, Object> lines) {
    Runtime runtime = Runtime.getRuntime();
    MemoryBudget budget = state.keyspace().db().memory();
    lines.put("used_memory", runtime.totalMemory() - runtime.freeMemory());
    lines.put("used_memory_heap_allowed", runtime.maxMemory());
    lines.put("maxmemory", state.settings().shown("maxmemory"));
    lines.put("maxmemory_policy", state.settings().shown("maxmemory-policy"));
    lines.put("mem_clients_normal", state.clientMemory().heldBytes());
    lines.put("maxmemory_clients", state.clientMemory().limitBytes());
    lines.put("engine_memory_allowed", budget.totalBytes());
    for (MemoryBudget.Use use : MemoryBudget.Use.values()) {
      lines.put("engine_memory_" + use.name().toLowerCase(Locale.ROOT), budget.used(use));
    }
  }

  private void persistence(Map<String, Object> lines) {
    lines.put("loading", 0);
    lines.put("aof_enabled", 1); // there is a log of all writes, though not of Redis's format
    lines.put("aof_rewrite_in_progress", 0);
    lines.put("rdb_bgsave_in_progress", 0);
    lines.put("read_only", state.keyspace().db().failure().isPresent() ? 1 : 0);
    lines.put("writes_refused_for_space", state.dispatcher().failures().refusedForSpace());
  }

  private void statistics(Map<String, Object> lines) {
    lines.put("total_connections_received", state.clients().accepted());
    lines.put("rejected_connections", state.clients().refused());
    lines.put("evicted_clients", state.clientMemory().evicted());
    lines.put("total_commands_processed", state.dispatcher().executed());
    lines.put("total_net_input_bytes", state.clients().receivedBytes());
    lines.put("total_net_output_bytes", state.clients().sentBytes());
    lines.put("total_error_replies", state.dispatcher().errors().sum());
    lines.put("acl_access_denied_auth", state.users().refusedPasswords());
    lines.put("acl_access_denied_cmd", state.users().refusedCommands());
    lines.put("acl_access_denied_key", state.users().refusedKeys());
    lines.put("evicted_keys", 0);
    lines.put("expired_keys", state.keyspace().expiredKeys());
  }

  private static void processor(Map<String, Object> lines) {
    lines.put("processors", Runtime.getRuntime().availableProcessors());
    ProcessHandle.current()
        .info()
        .totalCpuDuration()
        .ifPresent(used -> lines.put("used_cpu", used.toMillis() / 1e3));
  }

  private List<Command> commands() {
    List<Command> all = new ArrayList<>();
    for (Command command : state.dispatcher().table().all()) {
      all.add(command);
      all.addAll(command.subcommands());
    }
    return all;
  }

  /** Within how many microseconds most calls ended: powers of two, as LATENCY HISTOGRAM has. */
  private static void latency(Map<String, Object> lines, Command command) {
    SortedMap<Long, Long> within = command.counters().callsWithinMicros();
    if (!within.isEmpty()) {
      lines.put(
          "latency_percentiles_usec_" + command.name(),
          "p50="
              + percentile(within, 0.5)
              + ",p99="
              + percentile(within, 0.99)
              + ",p99.9="
              + percentile(within, 0.999));
    }
  }

  private static long percentile(SortedMap<Long, Long> within, double part) {
    long calls = within.values().stream().mapToLong(Long::longValue).max().orElse(0);
    long wanted = (long) Math.ceil(part * calls);
    for (Map.Entry<Long, Long> bucket : within.entrySet()) {
      if (bucket.getValue() >= wanted) {
        return bucket.getKey();
      }
    }
    return within.lastKey();
  }

  private static void command(Map<String, Object> lines, Command command) {
    CommandCounters counters = command.counters();
    long calls = counters.calls();
    if (calls + counters.rejectedCalls() + counters.failedCalls() > 0) {
      lines.put(
          "cmdstat_" + command.name(),
          String.format(
              Locale.ROOT,
              "calls=%d,usec=%d,usec_per_call=%.2f,rejected_calls=%d,failed_calls=%d",
              calls,
              counters.micros(),
              calls == 0 ? 0 : (double) counters.micros() / calls,
              counters.rejectedCalls(),
              counters.failedCalls()));
    }
  }

  private void engine(Map<String, Object> lines) {
    WritePressure pressure = state.keyspace().db().pressure();
    lines.put("write_pressure", pressure.level());
    lines.put("write_pressure_reason", pressure.reason());
    for (Counter counter : Counter.values()) {
      lines.put(
          counter.name().toLowerCase(Locale.ROOT), state.keyspace().db().statistics().get(counter));
    }
  }
}
