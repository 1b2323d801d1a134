package io.sheaf.cli.im;

import io.sheaf.cli.console.CommandFailure;
import io.sheaf.cli.console.Console;
import io.sheaf.cli.console.ExitCode;
import io.sheaf.cli.console.Figures;
import io.sheaf.cli.console.IdText;
import io.sheaf.cli.console.JsonOption;
import io.sheaf.cli.console.JsonText;
import io.sheaf.im.ImStore;
import io.sheaf.im.id.ConversationId;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
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
  @Mixin private final ImStoreOption store = new ImStoreOption();
  @Mixin private final UserOption user = new UserOption();

  @Option(
      names = "--conversation",
      paramLabel = "ID",
      converter = IdText.OfConversation.class,
      description = "Only of this conversation.")
  private @Nullable ConversationId conversation;

  @Mixin private final JsonOption json = new JsonOption();

  private final Console console;

  UnreadCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws CommandFailure, IOException {
    store.use(this::print);
    return 0;
  }

  private void print(ImStore im) throws CommandFailure, IOException {
    ConversationId one = conversation;
    long unread;
    if (one == null) {
      unread = unread(im);
    } else {
      StoredIds.check(im, one, user.user());
      unread = im.list().entry(user.user(), one).unread();
    }
    if (!json.isSet()) {
      console.out().println(Figures.count(unread));
      return;
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    MessagePrinter.putText(fields, "user", user.user().id().toByteArray());
    if (one != null) {
      MessagePrinter.putText(fields, "conversation", one.id().toByteArray());
    }
    fields.put("unread", unread);
    console.out().println(JsonText.of(fields));
  }

  private long unread(ImStore im) throws IOException {
    long[] unread = new long[1];
    boolean any =
        new ListedConversations(im, user.user())
            .forEach(entry -> {
              unread[0] += entry.unread();
              return true;
            });
    if (!any) {
      StoredIds.noteNowhere(console, user.user());
    }
    return unread[0];
  }
}
