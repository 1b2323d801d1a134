package io.sheaf.cli.im;

import io.sheaf.cli.console.CommandFailure;
import io.sheaf.cli.console.Console;
import io.sheaf.cli.console.ExitCode;
import io.sheaf.cli.console.IdText;
import io.sheaf.cli.console.JsonOption;
import io.sheaf.im.ImStore;
import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.MessageId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.model.HistoryMessage;
import io.sheaf.im.model.HistoryQuery;
import io.sheaf.im.model.Message;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Prints messages of a conversation as a person reads them. */
@Command(
    name = "history",
    sortOptions = false,
    descriptionHeading = "%n",
    description = {
      "Print messages of a conversation, oldest first: the newest ones, or those from a time on.",
      "What is not UTF-8 is shown as \\xNN."
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
    footer = "  sheaf im history --store messages --conversation \"#ubuntu\" --last 20")
final class HistoryCommand implements Callable<Integer> {
  private static final int DEFAULT_ROWS = 50;

  @Mixin private final ImStoreOption store = new ImStoreOption();

  @Option(
      names = "--conversation",
      required = true,
      paramLabel = "ID",
      converter = IdText.OfConversation.class,
      description = "The conversation, such as '#ubuntu'; hex:… gives its bytes, num:… a number.")
  private @Nullable ConversationId conversation;

  @Option(
      names = "--user",
      paramLabel = "ID",
      converter = IdText.OfUser.class,
      description = "As this member sees it; all messages to all where it is not given.")
  private @Nullable UserId user;

  @Option(
      names = "--sender",
      paramLabel = "ID",
      converter = IdText.OfUser.class,
      description = "Only what this user has said.")
  private @Nullable UserId sender;

  @Option(
      names = "--last",
      paramLabel = "N",
      converter = MessageCount.class,
      description = "The newest N messages; 50 where neither this nor --from is given.")
  private @Nullable Integer last;

  @Option(
      names = "--from",
      paramLabel = "TIME",
      converter = LogTime.Converter.class,
      description = "Messages from this time on: 2008-04-27, '2008-04-27 04:46'.")
  private @Nullable LogTime from;

  @Option(
      names = "--limit",
      paramLabel = "N",
      converter = MessageCount.class,
      description = "With --from: at most N messages; 50 where it is not given.")
  private @Nullable Integer limit;

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

  @Override
  public Integer call() throws CommandFailure, IOException {
    checkOptions();
    store.use(this::print);
    return 0;
  }

  private void print(ImStore im) throws CommandFailure, IOException {
    ConversationId id = Objects.requireNonNull(conversation);
    UserId member = user;
    if (member == null) {
      StoredIds.check(im, id);
    } else {
      StoredIds.check(im, id, member);
    }
    MessagePrinter printer = new MessagePrinter(console.out(), style());
    LogTime start = from;
    if (start != null) {
      MessageId before = HistoryQuery.since(start.instant(), 1).from();
      printFrom(im, id, before, rows(limit), printer);
      return;
    }
    UserId said = sender;
    List<Message> newest =
        said == null
            ? newest(im, id, rows(last))
            : im.indexes().ofConversation("sender", id, said.id(), MessageId.HIGHEST, rows(last));
    Collections.reverse(newest);
    for (Message message : newest) {
      if (!printer.print(message)) {
        return;
      }
    }
  }

  private List<Message> newest(ImStore im, ConversationId id, int rows) throws IOException {
    List<Message> newest = new ArrayList<>();
    MessageId before = MessageId.HIGHEST;
    while (newest.size() < rows) {
      int some = Math.min(MessageCount.PAGE, rows - newest.size());
      List<Message> page = page(im, id, HistoryQuery.before(before, some));
      newest.addAll(page);
      if (page.size() < some) {
        return newest;
      }
      before = page.getLast().id();
    }
    return newest;
  }

  private void printFrom(
      ImStore im, ConversationId id, MessageId after, int rows, MessagePrinter printer)
      throws IOException {
    int left = rows;
    MessageId place = after;
    while (left > 0) {
      int some = Math.min(MessageCount.PAGE, left);
      List<Message> page = page(im, id, HistoryQuery.after(place, some));
      for (Message message : page) {
        if (!printer.print(message)) {
          return;
        }
      }
      if (page.size() < some) {
        return;
      }
      left -= some;
      place = page.getLast().id();
    }
  }

  private List<Message> page(ImStore im, ConversationId id, HistoryQuery query) throws IOException {
    UserId member = user;
    return member == null
        ? im.history().messages(id, query)
        : im.history().page(member, id, query).stream().map(HistoryMessage::message).toList();
  }

  private MessagePrinter.Style style() {
    if (json.isSet()) {
      return MessagePrinter.Style.JSON;
    }
    return raw ? MessagePrinter.Style.RAW : MessagePrinter.Style.TEXT;
  }

  private void checkOptions() {
    check(from == null || last == null, "give either --last or --from");
    check(from != null || limit == null, "--limit goes with --from; use --last for the newest");
    check(!raw || !json.isSet(), "give either --raw or --json");
    check(
        sender == null || (from == null && user == null),
        "--sender goes with neither --from nor --user");
  }

  private static int rows(@Nullable Integer given) {
    return given == null ? DEFAULT_ROWS : given;
  }

  private void check(boolean right, String otherwise) {
    if (!right) {
      throw new ParameterException(Objects.requireNonNull(spec).commandLine(), otherwise);
    }
  }
}
