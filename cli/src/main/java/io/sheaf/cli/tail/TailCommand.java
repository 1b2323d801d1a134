package io.sheaf.cli.tail;

import io.sheaf.cli.console.Console;
import io.sheaf.cli.console.JsonOption;
import io.sheaf.cli.console.JsonText;
import io.sheaf.cli.console.StoreOption;
import io.sheaf.lsm.io.DiskFileSystem;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.wal.LogEnd;
import io.sheaf.lsm.wal.LogReader;
import io.sheaf.lsm.wal.LogTail;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Prints what is written to a store. */
@Command(
    name = "tail",
    sortOptions = false,
    descriptionHeading = "%n",
    description = {
      "Print all that was written to a store from a sequence number on, in order: each group of"
          + " batches that became visible together, with its changes.",
      "Reads the logs and changes nothing, so another process may have the store open. Logs are"
          + " kept as long as the store needs them itself, and longer where it is opened with a"
          + " logRetention; where the sequence number lies before, the answer says with which one"
          + " they begin. To go on later, begin with the last sequence number that was printed + 1."
    },
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:failed: damage, or the sequence number is not kept any more",
      "2:not understood; one line on standard error says what",
      "3:never: it reads beside whoever has the store open"
    },
    footerHeading = "%nExample:%n",
    footer = {
      "  sheaf tail --store messages --from 1000000",
      "  sheaf tail --store messages --from 1000000 --follow --json"
    })
public final class TailCommand implements Callable<Integer> {
  private static final long PAUSE_MILLIS = 200;

  @Mixin private final StoreOption store = new StoreOption();

  @Option(
      names = "--from",
      required = true,
      paramLabel = "SEQ",
      description = "Sequence number to begin with, 1 or higher.")
  private long from;

  @Option(names = "--follow", description = "At the end, wait for more until interrupted.")
  private boolean follow;

  @Mixin private final JsonOption json = new JsonOption();

  @Spec private @Nullable CommandSpec spec;

  private final Console console;

  /** A command that prints to {@code console}. */
  public TailCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path directory = store.existing();
    if (from < 1) {
      throw misuse("--from: sequence numbers begin with 1, there is no " + from);
    }
    FileSystem disk = new DiskFileSystem();
    StoreTables tables = new StoreTables(disk, directory);
    ChangeLines lines = new ChangeLines(tables);
    try (LogTail tail =
        new LogTail(
            disk, directory, tables::store, from, () -> LogEnd.unknown(tables.lastSequence()))) {
      boolean more = true;
      boolean any = false;
      while (more) {
        while (tail.next()) {
          print(lines, tail.record());
          any = true;
        }
        console.out().flush();
        more = (follow || tail.inDoubt()) && !console.out().checkError();
        if (more) {
          TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
          tables.read();
        }
      }
      if (!any && !follow) {
        console
            .err()
            .println(
                "Nothing was written from "
                    + from
                    + " on: the newest is "
                    + newest(disk, tables)
                    + ".");
      }
    }
    return 0;
  }

  /** The newest sequence number: of what SSTables have, or the logs behind it. */
  private long newest(FileSystem disk, StoreTables tables) throws IOException {
    long newest = tables.lastSequence();
    try (LogTail rest =
        new LogTail(
            disk, store.existing(), tables::store, newest + 1, () -> LogEnd.unknown(newest))) {
      long last = newest;
      while (rest.next()) {
        last = ChangeLines.last(rest.record());
      }
      return last;
    }
  }

  private ParameterException misuse(String why) {
    return new ParameterException(Objects.requireNonNull(spec).commandLine(), why);
  }

  private void print(ChangeLines lines, LogReader group) throws IOException {
    if (json.isSet()) {
      console.out().println(JsonText.of(lines.fields(group)));
    } else {
      lines.text(group).forEach(console.out()::println);
    }
  }
}
