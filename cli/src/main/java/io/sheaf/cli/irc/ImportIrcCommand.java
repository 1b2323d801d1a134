package io.sheaf.cli.irc;

import io.sheaf.cli.console.CommandFailure;
import io.sheaf.cli.console.Console;
import io.sheaf.cli.console.ExitCode;
import io.sheaf.cli.console.Figures;
import io.sheaf.cli.console.IdText;
import io.sheaf.cli.console.JsonOption;
import io.sheaf.cli.console.JsonText;
import io.sheaf.cli.console.Progress;
import io.sheaf.cli.console.StoreOption;
import io.sheaf.im.ImOptions;
import io.sheaf.im.ImStore;
import io.sheaf.im.id.ConversationId;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Imports IRC logs, so that there is something real to look at. */
@Command(
    name = "irc",
    sortOptions = false,
    descriptionHeading = "%n",
    description = {
      "Import IRC logs as irclogs.ubuntu.com publishes them: lines '[HH:MM] <nick> text' and"
          + " '[HH:MM]  * nick text'.",
      "The name of a log gives its day: 2008-04-27.raw.txt. Each message is sent to the channel as"
          + " its nick, who becomes a member, byte for byte, also where it is not UTF-8; one that"
          + " begins with a nick and a colon or a comma mentions that nick.",
      "Messages stand in the order in which they are imported, so import the oldest logs first;"
          + " within one command, files and directories are put in order.",
      "Importing a log again changes nothing; an import that was interrupted is finished by"
          + " starting it again."
    },
    parameterListHeading = "%nLogs:%n",
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = ExitCode.HEADING,
    exitCodeList = {
      ExitCode.DONE_TEXT,
      ExitCode.FAILED_TEXT,
      ExitCode.MISUSED_TEXT,
      ExitCode.IN_USE_TEXT
    },
    footerHeading = ExitCode.EXAMPLE,
    footer = "  sheaf import irc --store messages 2008-04-27.raw.txt")
public final class ImportIrcCommand implements Callable<Integer> {
  private static final int KILOBYTE = 1000;

  @Mixin private final StoreOption store = new StoreOption();

  @Option(
      names = "--channel",
      paramLabel = "NAME",
      converter = IdText.OfConversation.class,
      defaultValue = "#ubuntu",
      description = "The channel of the logs; ${DEFAULT-VALUE} where it is not given.")
  private ConversationId channel = ConversationId.of("#ubuntu");

  @Mixin private final JsonOption json = new JsonOption();

  @Option(names = "--no-progress", description = "Do not show how far the import is.")
  private boolean noProgress;

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description = "A log, a directory of logs, or an archive of logs (.tar.gz).")
  private List<Path> files = List.of();

  private final Console console;

  /** A command that prints to {@code console}. */
  public ImportIrcCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws CommandFailure, IOException, InterruptedException {
    long startNanos = System.nanoTime();
    LogSources sources = new LogSources(files);
    long totalBytes = check(sources);
    ImportCount count;
    try (Db db = store.openOrCreate(DbOptions.DEFAULT);
        ImStore im = ImStore.open(db, ImOptions.unchanged(db));
        Progress progress =
            Progress.start(console, !noProgress, "import", "KB", totalBytes / KILOBYTE)) {
      IrcImport irc = new IrcImport(im, channel);
      count = irc.count();
      sources.forEach((name, sizeBytes, content) -> {
        irc.add(name, sizeBytes, content);
        progress.stepTo(irc.count().bytes / KILOBYTE);
      });
      db.flush();
    }
    print(count, System.nanoTime() - startNanos);
    return 0;
  }

  /** Looks at all logs before any is imported; tells how many bytes they have. */
  private static long check(LogSources sources) throws CommandFailure, IOException {
    long[] totalBytes = new long[1];
    Set<String> names = new HashSet<>();
    sources.forEach((name, sizeBytes, content) -> {
      totalBytes[0] += sizeBytes;
      if (!names.add(name)) {
        throw new CommandFailure(
            "two logs are named "
                + name
                + ": logs are known by their names, so rename one of them");
      }
    });
    if (names.isEmpty()) {
      throw new CommandFailure(
          "no log found: name the logs yyyy-MM-dd.<anything>, such as 2008-04-27.raw.txt");
    }
    return totalBytes[0];
  }

  private void print(ImportCount count, long nanos) {
    if (json.isSet()) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("logs", count.logs);
      fields.put("bytes", count.bytes);
      fields.put("lines", count.lines);
      fields.put("messages", count.messages);
      fields.put("messagesThereAlready", count.thereAlready);
      fields.put("linesNotMessages", count.others);
      fields.put("nicksTooLong", count.nicksTooLong);
      fields.put("seconds", nanos / 1e9);
      console.out().println(JsonText.of(fields));
      return;
    }
    console
        .out()
        .printf(
            Locale.ROOT,
            "%s of %s (%s) read in %s into %s%n",
            Figures.count(count.lines, "line"),
            Figures.count(count.logs, "log"),
            Figures.bytes(count.bytes),
            Figures.duration(nanos),
            store.path());
    console
        .out()
        .printf(Locale.ROOT, "%12s messages in %s%n", Figures.count(count.messages), channel);
    console
        .out()
        .printf(
            Locale.ROOT, "%12s of them were there already%n", Figures.count(count.thereAlready));
    console
        .out()
        .printf(
            Locale.ROOT,
            "%12s lines were not messages (joins, parts…)%n",
            Figures.count(count.others));
    if (count.nicksTooLong > 0) {
      console
          .out()
          .printf(
              Locale.ROOT,
              "%12s messages left out: their nicks are longer than an id%n",
              Figures.count(count.nicksTooLong));
    }
  }
}
