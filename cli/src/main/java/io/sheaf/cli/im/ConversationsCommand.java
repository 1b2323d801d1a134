package io.sheaf.cli.im;

import io.sheaf.cli.console.CommandFailure;
import io.sheaf.cli.console.Console;
import io.sheaf.cli.console.ExitCode;
import io.sheaf.cli.console.Figures;
import io.sheaf.cli.console.JsonOption;
import io.sheaf.cli.console.JsonText;
import io.sheaf.cli.console.PrintableText;
import io.sheaf.im.ImStore;
import io.sheaf.im.model.ConversationEntry;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Prints the conversations of a user. */
@Command(
    name = "conversations",
    sortOptions = false,
    descriptionHeading = "%n",
    description = "Print the conversations of a user, newest first, with what is unread.",
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = ExitCode.HEADING,
    exitCodeList = {
      ExitCode.DONE_TEXT,
      ExitCode.FAILED_TEXT,
      ExitCode.MISUSED_TEXT,
      ExitCode.IN_USE_TEXT
    },
    footerHeading = ExitCode.EXAMPLE,
    footer = "  sheaf im conversations --store messages --user anna")
final class ConversationsCommand implements Callable<Integer> {
  @Mixin private final ImStoreOption store = new ImStoreOption();
  @Mixin private final UserOption user = new UserOption();
  @Mixin private final JsonOption json = new JsonOption();

  private final Console console;

  ConversationsCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws CommandFailure, IOException {
    store.use(this::print);
    return 0;
  }

  private void print(ImStore im) throws IOException {
    boolean any =
        new ListedConversations(im, user.user())
            .forEach(entry -> {
              print(entry);
              return !console.out().checkError();
            });
    if (!any) {
      StoredIds.noteNowhere(console, user.user());
    }
  }

  private void print(ConversationEntry entry) {
    String id = PrintableText.of(entry.conversation().id().toByteArray());
    String last =
        entry
            .lastMessage()
            .map(message ->
                PrintableText.of(message.sender().id().toByteArray())
                    + ": "
                    + PrintableText.of(message.body().bytes()))
            .orElse("");
    if (json.isSet()) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("conversation", id);
      fields.put("unread", entry.unread());
      fields.put("mentioned", entry.isMentioned());
      fields.put("muted", entry.isMuted());
      fields.put("pinned", entry.isPinned());
      fields.put("newestMessage", entry.newestMessage().toString());
      fields.put("last", last);
      console.out().println(JsonText.of(fields));
    } else {
      console
          .out()
          .printf(
              Locale.ROOT,
              "%-24s %8s unread%s  %s%n",
              id,
              Figures.count(entry.unread()),
              entry.isMentioned() ? " @" : "  ",
              last);
    }
  }
}
