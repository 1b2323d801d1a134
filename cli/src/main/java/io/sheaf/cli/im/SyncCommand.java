package io.sheaf.cli.im;

import io.sheaf.cli.console.CommandFailure;
import io.sheaf.cli.console.Console;
import io.sheaf.cli.console.ExitCode;
import io.sheaf.cli.console.IdText;
import io.sheaf.cli.console.PrintableText;
import io.sheaf.im.ImStore;
import io.sheaf.im.id.DeviceId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.model.Event;
import io.sheaf.im.model.QueuedEvent;
import io.sheaf.im.model.SyncResult;
import java.io.IOException;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Prints what waits for a device. */
@Command(
    name = "sync",
    sortOptions = false,
    descriptionHeading = "%n",
    description = {
      "Print the events that wait for a device of a user, as it would get them.",
      "A device that is not there is added, and starts at the first event."
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
    footer = "  sheaf im sync --store messages --user anna --device phone")
final class SyncCommand implements Callable<Integer> {
  private static final int MOST_EVENTS = 10_000;

  @Mixin private final ImStoreOption store = new ImStoreOption();
  @Mixin private final UserOption user = new UserOption();

  @Option(
      names = "--device",
      paramLabel = "ID",
      converter = IdText.OfDevice.class,
      defaultValue = "sheaf",
      description = "The device; ${DEFAULT-VALUE} where it is not given.")
  private @Nullable DeviceId device;

  @Option(
      names = "--acknowledge",
      description = "Acknowledge what is printed, so that it is not printed again.")
  private boolean acknowledge;

  private final Console console;

  SyncCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws CommandFailure, IOException {
    store.use(this::print);
    return 0;
  }

  private void print(ImStore im) throws IOException {
    UserId whose = user.user();
    DeviceId asking = Objects.requireNonNull(device);
    im.sync().addDevice(whose, asking);
    SyncResult result = im.sync().read(whose, asking, MOST_EVENTS);
    long position =
        switch (result) {
          case SyncResult.Rebase rebase -> {
            console
                .out()
                .printf(
                    Locale.ROOT,
                    "too much has happened: take the conversations as they are, and go on from"
                        + " %d; kept are events from %d on%n",
                    rebase.position(),
                    rebase.oldestKept());
            yield rebase.position();
          }
          case SyncResult.Events events -> {
            events.events().forEach(this::print);
            if (events.events().isEmpty()) {
              console.out().println("up to date at " + events.newestPosition());
              yield events.newestPosition();
            }
            yield events.events().getLast().position();
          }
        };
    if (acknowledge) {
      im.sync().acknowledge(whose, asking, position);
    }
  }

  private void print(QueuedEvent queued) {
    console.out().printf(Locale.ROOT, "%d %s%n", queued.position(), words(queued.event()));
  }

  private static String words(Event event) {
    return switch (event) {
      case Event.OfMessage of ->
          of.change().name().toLowerCase(Locale.ROOT)
              + " "
              + PrintableText.of(of.conversation().id().toByteArray())
              + " "
              + of.id()
              + of.message()
                  .map(message ->
                      " <"
                          + PrintableText.of(message.sender().id().toByteArray())
                          + "> "
                          + PrintableText.of(message.body().bytes()))
                  .orElse("");
      case Event.OfConversation of ->
          of.change().name().toLowerCase(Locale.ROOT)
              + " "
              + PrintableText.of(of.conversation().id().toByteArray())
              + (of.sequence() == 0 ? "" : " #" + of.sequence())
              + of.member()
                  .map(member -> " " + PrintableText.of(member.id().toByteArray()))
                  .orElse("");
      case Event.Custom custom -> "event " + PrintableText.of(custom.body().bytes());
    };
  }
}
