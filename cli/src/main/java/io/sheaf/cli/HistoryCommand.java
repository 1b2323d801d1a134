package io.sheaf.cli;

import io.sheaf.cli.console.CommandFailure;
import io.sheaf.cli.console.Console;
import io.sheaf.cli.console.JsonOption;
import io.sheaf.cli.console.NameConverter;
import io.sheaf.cli.console.StoreOption;
import io.sheaf.im.Message;
import io.sheaf.im.MessageArchive;
import io.sheaf.im.MessageCursor;
import io.sheaf.im.MessageId;
import io.sheaf.im.MessageTable;
import io.sheaf.im.Name;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Prints messages of a conversation or of a sender as a person reads them. */
@Command(
    name = "history",
    sortOptions = false,
    descriptionHeading = "%n",
    description = {
      "Print messages of a channel or of a sender, oldest first: the newest ones, or those from a"
          + " time on.",
      "What is not UTF-8 is shown as \\xNN."
    },
    optionListHeading = "%nOptions:%n")
final class HistoryCommand implements Callable<Integer> {
  private static final long DEFAULT_ROWS = 50;
  private static final long MAX_ROWS = 10_000_000;
  private static final int NAMES_SHOWN = 10;

  @Mixin private final StoreOption store = new StoreOption();

  @ArgGroup(multiplicity = "1")
  private final Whose whose = new Whose();

  @Option(
      names = "--last",
      paramLabel = "N",
      description = "The newest N messages; 50 where neither this nor --from is given.")
  private @Nullable Long last;

  @Option(
      names = "--from",
      paramLabel = "TIME",
      converter = LogTime.Converter.class,
      description = "Messages from this time on: 2008-04-27, '2008-04-27 04:46'.")
  private @Nullable LogTime from;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "With --from: at most N messages; 50 where it is not given.")
  private @Nullable Long limit;

  @Mixin private final JsonOption json = new JsonOption();

  @Option(
      names = "--raw",
      description = "Print the bytes as they were imported, also where they are not UTF-8.")
  private boolean raw;

  @Spec private @Nullable CommandSpec spec;

  private final Console console;

  HistoryCommand(Console console) {
    this.console = console;
  }

  /** One of the two names. */
  private static final class Whose {
    @Option(
        names = "--channel",
        required = true,
        paramLabel = "NAME",
        converter = NameConverter.class,
        description = "Messages of this channel, such as '#ubuntu'; hex:… gives its bytes.")
    private @Nullable Name channel;

    @Option(
        names = "--sender",
        required = true,
        paramLabel = "NICK",
        converter = NameConverter.class,
        description = "Messages of this sender; hex:… gives the bytes.")
    private @Nullable Name sender;
  }

  @Override
  public Integer call() throws CommandFailure, IOException {
    checkOptions();
    try (Db db = store.openExisting(DbOptions.DEFAULT)) {
      MessageArchive archive =
          MessageArchive.find(db)
              .orElseThrow(() ->
                  new CommandFailure(
                      store.path() + " has no messages: sheaf import brings them in"));
      Name channel = whose.channel;
      if (channel != null) {
        print(archive.conversations(), "channel", channel);
      } else {
        print(archive.senders(), "sender", Objects.requireNonNull(whose.sender));
      }
    }
    return 0;
  }

  private void print(MessageTable table, String what, Name name)
      throws CommandFailure, IOException {
    if (!table.contains(name)) {
      throw new CommandFailure(
          "no " + what + " '" + name + "' in " + store.path() + "; there " + thereAre(table));
    }
    MessagePrinter printer = new MessagePrinter(console.out(), style());
    LogTime start = from;
    if (start == null) {
      printNewest(table, name, printer);
      return;
    }
    long rows = limit == null ? DEFAULT_ROWS : limit;
    try (MessageCursor cursor = table.from(name, MessageId.firstAt(start.instant()), rows)) {
      Message next = cursor.next();
      while (next != null && printer.print(next)) {
        next = cursor.next();
      }
    }
  }

  private void printNewest(MessageTable table, Name name, MessagePrinter printer)
      throws IOException {
    Deque<Message> newestFirst = new ArrayDeque<>();
    try (MessageCursor cursor = table.newest(name, last == null ? DEFAULT_ROWS : last)) {
      for (Message next = cursor.next(); next != null; next = cursor.next()) {
        newestFirst.add(next);
      }
    }
    Iterator<Message> oldestFirst = newestFirst.descendingIterator();
    while (oldestFirst.hasNext() && printer.print(oldestFirst.next())) {
      // the condition does the work
    }
  }

  private MessagePrinter.Style style() {
    if (json.isSet()) {
      return MessagePrinter.Style.JSON;
    }
    return raw ? MessagePrinter.Style.RAW : MessagePrinter.Style.TEXT;
  }

  private static String thereAre(MessageTable table) throws IOException {
    List<Name> names = table.names(NAMES_SHOWN + 1);
    if (names.isEmpty()) {
      return "are no messages";
    }
    String shown =
        names.stream().limit(NAMES_SHOWN).map(Name::toString).collect(Collectors.joining(", "));
    return (names.size() == 1 ? "is " : "are ")
        + shown
        + (names.size() > NAMES_SHOWN ? " and others" : "");
  }

  private void checkOptions() {
    check(from == null || last == null, "give either --last or --from");
    check(from != null || limit == null, "--limit goes with --from; use --last for the newest");
    check(!raw || !json.isSet(), "give either --raw or --json");
    checkRows("--last", last);
    checkRows("--limit", limit);
  }

  private void checkRows(String option, @Nullable Long rows) {
    check(
        rows == null || (rows >= 1 && rows <= MAX_ROWS),
        option + " must be 1 to " + MAX_ROWS + ", not " + rows);
  }

  private void check(boolean right, String otherwise) {
    if (!right) {
      throw new ParameterException(Objects.requireNonNull(spec).commandLine(), otherwise);
    }
  }
}
