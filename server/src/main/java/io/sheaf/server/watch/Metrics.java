package io.sheaf.server.watch;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sheaf.lsm.cache.MemoryBudget;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.stats.Counter;
import io.sheaf.server.client.ClientMemory;
import io.sheaf.server.client.Clients;
import io.sheaf.server.command.Command;
import io.sheaf.server.command.CommandCounters;
import io.sheaf.server.command.CommandFailures;
import io.sheaf.server.command.CommandTable;
import io.sheaf.server.keyspace.Keyspace;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * What is measured of a server, in the words of Prometheus. Labels are names of commands, uses of
 * memory and the like: sets that are known, never a key, a user or a conversation.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads. <b>Ownership.</b> Who made it closes it.
 */
final class Metrics implements AutoCloseable {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics collections = new JvmGcMetrics();

  Metrics(Watched watched) {
    jvm();
    clients(watched.clients());
    clientMemory(watched.clientMemory());
    commands(watched.dispatcher().table());
    engine(watched.keyspace().db());
    counter(
        "sheaf.write.refused",
        "writes refused because the device was full",
        watched.dispatcher().failures(),
        CommandFailures::refusedForSpace);
    gauge("sheaf.keys", "keys that there are", watched.keyspace(), Keyspace::size);
    gauge(
        "sheaf.im.send.limit",
        "messages a second that the IM layer takes now; infinite while nobody is slowed",
        watched.im(),
        im -> im.gate().limitPerSecond());
  }

  /** All of it, as Prometheus reads it. */
  String shown() {
    return registry.scrape();
  }

  private void jvm() {
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    collections.bindTo(registry);
  }

  private void clients(Clients clients) {
    gauge("sheaf.clients", "clients that are connected", clients, Clients::count);
    counter("sheaf.clients.accepted", "connections taken", clients, Clients::accepted);
    counter("sheaf.clients.refused", "connections refused", clients, Clients::refused);
  }

  private void clientMemory(ClientMemory memory) {
    gauge("sheaf.clients.held", "bytes held for all clients", memory, ClientMemory::heldBytes);
    gauge("sheaf.clients.held.allowed", "the same, at most", memory, ClientMemory::limitBytes);
    counter(
        "sheaf.clients.evicted",
        "clients that were closed so that others had room",
        memory,
        ClientMemory::evicted);
  }

  private void commands(CommandTable table) {
    for (Command command : table.all()) {
      command(command);
      command.subcommands().forEach(this::command);
    }
  }

  private void command(Command command) {
    CommandCounters counters = command.counters();
    FunctionTimer.builder(
            "sheaf.command",
            counters,
            CommandCounters::calls,
            CommandCounters::micros,
            TimeUnit.MICROSECONDS)
        .description("commands that ran, and how long, without the write of what they changed")
        .tag("command", command.name())
        .register(registry);
    FunctionCounter.builder("sheaf.command.failed", counters, CommandCounters::failedCalls)
        .description("commands that answered an error")
        .tag("command", command.name())
        .register(registry);
  }

  private void engine(Db db) {
    for (Counter counter : Counter.values()) {
      counter(
          "sheaf.engine." + counter.name().toLowerCase(Locale.ROOT).replace('_', '.'),
          counter.description(),
          db,
          store -> store.statistics().get(counter));
    }
    for (MemoryBudget.Use use : MemoryBudget.Use.values()) {
      Gauge.builder("sheaf.memory.used", db, store -> store.memory().used(use))
          .description("memory of the store off the heap")
          .baseUnit("bytes")
          .tag("use", use.name().toLowerCase(Locale.ROOT))
          .register(registry);
    }
    gauge(
        "sheaf.memory.allowed",
        "memory of the store off the heap, at most, in bytes",
        db,
        store -> store.memory().totalBytes());
    gauge(
        "sheaf.write.pressure",
        "how far writers are ahead: 0, the store keeps up; 1, they wait",
        db,
        store -> store.pressure().level());
    gauge(
        "sheaf.read.only",
        "1 after writing the log failed: the store takes no writes",
        db,
        store -> store.failure().isPresent() ? 1 : 0);
  }

  private <T> void gauge(String name, String meaning, T of, ToDoubleFunction<T> value) {
    Gauge.builder(name, of, value).description(meaning).strongReference(true).register(registry);
  }

  private <T> void counter(String name, String meaning, T of, ToDoubleFunction<T> value) {
    FunctionCounter.builder(name, of, value).description(meaning).register(registry);
  }

  @Override
  public void close() {
    collections.close();
    registry.close();
  }
}
