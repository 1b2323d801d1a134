package io.sheaf.cli.im;

import io.sheaf.cli.console.CommandFailure;
import io.sheaf.cli.console.Console;
import io.sheaf.cli.console.ExitCode;
import io.sheaf.cli.console.Figures;
import io.sheaf.cli.console.IdText;
import io.sheaf.im.ImStore;
import io.sheaf.im.id.ConversationId;
import io.sheaf.im.inbox.ConversationList;
import io.sheaf.im.model.ConversationEntry;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Prints how much a user has not read. */
@Command(
    name = "unread",
    sortOptions = false,
    descriptionHeading = "%n",
    description = "Print how many messages a user has not read: of one conversation, or of all.",
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = ExitCode.HEADING,
    exitCodeList = {
      ExitCode.DONE_TEXT,
      ExitCode.FAILED_TEXT,
      ExitCode.MISUSED_TEXT,
      ExitCode.IN_USE_TEXT
    },
    footerHeading = ExitCode.EXAMPLE,
    footer = "  sheaf im unread --store messages --user anna")
final class UnreadCommand implements Callable<Integer> {
  private static final int PAGE = 1000;

  @Mixin private final ImStoreOption store = new ImStoreOption();
  @Mixin private final UserOption user = new UserOption();

  @Option(
      names = "--conversation",
      paramLabel = "ID",
      converter = IdText.OfConversation.class,
      description = "Only of this conversation.")
  private @Nullable ConversationId conversation;

  private final Console console;

  UnreadCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws CommandFailure, IOException {
    store.use(im -> console.out().println(Figures.count(unread(im))));
    return 0;
  }

  private long unread(ImStore im) throws IOException {
    ConversationId one = conversation;
    if (one != null) {
      return im.list().entry(user.user(), one).unread();
    }
    long unread = 0;
    List<ConversationEntry> page = im.list().page(user.user(), null, PAGE);
    while (!page.isEmpty()) {
      for (ConversationEntry entry : page) {
        unread += entry.unread();
      }
      page = im.list().page(user.user(), ConversationList.Place.of(page.getLast()), PAGE);
    }
    return unread;
  }
}
