package io.sheaf.cli.im;

import io.sheaf.cli.console.CommandFailure;
import io.sheaf.cli.console.Console;
import io.sheaf.cli.console.ExitCode;
import io.sheaf.cli.console.JsonOption;
import io.sheaf.im.ImStore;
import io.sheaf.im.model.HistoryMessage;
import io.sheaf.im.model.MessagePlace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Prints the messages that mention a user. */
@Command(
    name = "mentions",
    sortOptions = false,
    descriptionHeading = "%n",
    description = "Print the newest messages that mention a user, oldest first.",
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = ExitCode.HEADING,
    exitCodeList = {
      ExitCode.DONE_TEXT,
      ExitCode.FAILED_TEXT,
      ExitCode.MISUSED_TEXT,
      ExitCode.IN_USE_TEXT
    },
    footerHeading = ExitCode.EXAMPLE,
    footer = "  sheaf im mentions --store messages --user anna --last 10")
final class MentionsCommand implements Callable<Integer> {
  @Mixin private final ImStoreOption store = new ImStoreOption();
  @Mixin private final UserOption user = new UserOption();

  @Option(
      names = "--last",
      paramLabel = "N",
      converter = MessageCount.class,
      defaultValue = "50",
      description = "How many; ${DEFAULT-VALUE} where it is not given.")
  private int last;

  @Mixin private final JsonOption json = new JsonOption();

  private final Console console;

  MentionsCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws CommandFailure, IOException {
    store.use(this::print);
    return 0;
  }

  private void print(ImStore im) throws IOException {
    MessagePrinter printer =
        new MessagePrinter(
            console.out(), json.isSet() ? MessagePrinter.Style.JSON : MessagePrinter.Style.TEXT);
    List<HistoryMessage> newest = newest(im);
    if (newest.isEmpty() && !new ListedConversations(im, user.user()).forEach(_ -> false)) {
      StoredIds.noteNowhere(console, user.user());
    }
    for (HistoryMessage message : newest.reversed()) {
      if (!printer.print(message.message())) {
        return;
      }
    }
  }

  private List<HistoryMessage> newest(ImStore im) throws IOException {
    List<HistoryMessage> newest = new ArrayList<>();
    MessagePlace before = MessagePlace.END;
    while (newest.size() < last) {
      int some = Math.min(MessageCount.PAGE, last - newest.size());
      List<HistoryMessage> page = im.mentions().page(user.user(), before, some);
      newest.addAll(page);
      if (page.size() < some) {
        return newest;
      }
      before = MessagePlace.of(page.getLast().message());
    }
    return newest;
  }
}
