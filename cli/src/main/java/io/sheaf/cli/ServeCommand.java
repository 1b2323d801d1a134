package io.sheaf.cli;

import io.sheaf.cli.console.Console;
import io.sheaf.cli.console.ExitCode;
import io.sheaf.cli.console.LogLines;
import io.sheaf.engine.DirectMemory;
import io.sheaf.engine.Sheaf;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import io.sheaf.lsm.db.Durability;
import io.sheaf.server.ServerOptions;
import io.sheaf.server.SheafServer;
import io.sheaf.server.config.Config;
import io.sheaf.server.config.ConfigOption;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Serves a store over TCP. */
@Command(
    name = "serve",
    sortOptions = false,
    descriptionHeading = "%n",
    description = {
      "Serve a store over TCP in the protocol of Redis, to clients on this machine.",
      "Ctrl-C, or SHUTDOWN from a client, stops it; all that was acknowledged is kept."
    },
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = ExitCode.HEADING,
    exitCodeList = {
      ExitCode.DONE_TEXT,
      ExitCode.FAILED_TEXT,
      ExitCode.MISUSED_TEXT,
      ExitCode.IN_USE_TEXT
    },
    footerHeading = ExitCode.EXAMPLE,
    footer = "  sheaf serve --store messages")
final class ServeCommand implements Callable<Integer> {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Options from a file; those given here are stronger.")
  private @Nullable Path file;

  @Option(
      names = "--store",
      paramLabel = "DIR",
      description = "Directory of the store, made where it is missing; ./sheaf-data.")
  private @Nullable String store;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "Port to listen on, 0 for a free one; 7379.")
  private @Nullable Integer port;

  @Option(
      names = "--durability",
      paramLabel = "LEVEL",
      description =
          "When a write is answered: sync (on the disk), written (survives a killed process),"
              + " buffered (within 100 ms); written.")
  private @Nullable Durability durability;

  @Option(names = "--allow-flush", description = "Allow FLUSHALL and FLUSHDB.")
  private boolean allowsFlush;

  @Option(
      names = "--print-config",
      description = "Print a config file with all options and what they mean, and end.")
  private boolean printsConfig;

  @Spec private @Nullable CommandSpec spec;

  private final Console console;

  ServeCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Config config = config();
    if (printsConfig) {
      console.out().print(config.shown());
      return 0;
    }
    DbOptions storeOptions;
    ServerOptions serverOptions;
    boolean logsJson;
    try {
      storeOptions = config.store();
      config.checkMemory(DirectMemory.allowedBytes());
      serverOptions = config.server();
      logsJson = config.logsJson();
    } catch (IllegalArgumentException e) {
      throw misused(e);
    }
    if (logsJson) {
      LogLines.install();
    }
    Path directory = Path.of(config.get(ConfigOption.STORE));
    CountDownLatch stopped = new CountDownLatch(1);
    try (Db db = Sheaf.open(directory, storeOptions);
        SheafServer server = SheafServer.start(db, serverOptions)) {
      stopOnSignal(server, stopped);
      console
          .out()
          .printf(
              Locale.ROOT,
              "Listening on %s:%d, data in %s, durability %s. Stop: Ctrl-C, or SHUTDOWN.%n",
              server.host(),
              server.port(),
              directory.toAbsolutePath().normalize(),
              explained(config));
      server
          .metricsPort()
          .ifPresent(watched ->
              console
                  .out()
                  .printf(
                      Locale.ROOT,
                      "Metrics and health: http://%s:%d/metrics, /health/alive, /health/ready.%n",
                      config.get(ConfigOption.METRICS_BIND),
                      watched));
      console.out().flush();
      server.awaitStop();
      console.err().println("Stopping");
    } finally {
      stopped.countDown();
    }
    return 0;
  }

  private Config config() throws IOException {
    Config config = ofFile();
    if (store != null) {
      config = config.with(ConfigOption.STORE, store);
    }
    if (port != null) {
      config = config.with(ConfigOption.PORT, port.toString());
    }
    if (durability != null) {
      config = config.with(ConfigOption.DURABILITY, durability.name().toLowerCase(Locale.ROOT));
    }
    return allowsFlush ? config.with(ConfigOption.ALLOW_FLUSH, "yes") : config;
  }

  private Config ofFile() throws IOException {
    Path from = file;
    if (from == null) {
      return Config.STANDARD;
    }
    try {
      return Config.parse(from.toString(), Files.readAllLines(from, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      throw misused(e);
    }
  }

  private ParameterException misused(IllegalArgumentException wrong) {
    return new ParameterException(
        Objects.requireNonNull(spec).commandLine(), String.valueOf(wrong.getMessage()), wrong);
  }

  private static String explained(Config config) {
    return switch (config.durability()) {
      case SYNC -> "sync (a write that is answered is on the disk)";
      case WRITTEN -> "written (a write that is answered survives a killed process)";
      case BUFFERED ->
          "buffered (the last "
              + config.get(ConfigOption.BUFFERED_MILLIS)
              + " ms may be lost with the process)";
    };
  }

  /** Has a signal end the program as SHUTDOWN does, and waits until it has. */
  private static void stopOnSignal(SheafServer server, CountDownLatch stopped) {
    Thread hook =
        new Thread(
            () -> {
              server.askToStop();
              try {
                stopped.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "sheaf-stop");
    Runtime.getRuntime().addShutdownHook(hook);
  }
}
