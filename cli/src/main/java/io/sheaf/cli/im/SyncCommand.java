package io.sheaf.cli.im;

import io.sheaf.cli.console.CommandFailure;
import io.sheaf.cli.console.Console;
import io.sheaf.cli.console.ExitCode;
import io.sheaf.cli.console.IdText;
import io.sheaf.cli.console.JsonOption;
import io.sheaf.im.ImStore;
import io.sheaf.im.id.DeviceId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.model.SyncResult;
import java.io.IOException;
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
      "A device that is not there is added, and starts at the first event.",
      "An event is a position in the user's queue, what happened (sent, recalled, edited,"
          + " reactions, state; joined, left, read, receipts, cleared, settings, deleted; custom:"
          + " an event of the service), and where. 'behind' stands for more news of a large"
          + " conversation than are told one by one: its history has them."
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

  @Mixin private final JsonOption json = new JsonOption();

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
    EventPrinter printer = new EventPrinter(console.out(), json.isSet());
    im.sync().addDevice(whose, asking);
    SyncResult result = im.sync().read(whose, asking, MOST_EVENTS);
    long position =
        switch (result) {
          case SyncResult.Rebase rebase -> {
            printer.print(rebase);
            yield rebase.position();
          }
          case SyncResult.Events events -> {
            events.events().forEach(printer::print);
            if (events.events().isEmpty()) {
              printer.printUpToDate(events.newestPosition());
              yield events.newestPosition();
            }
            yield events.events().getLast().position();
          }
        };
    if (position == 0) { // nothing was ever sent to it
      StoredIds.noteNowhere(console, whose);
    }
    if (acknowledge) {
      im.sync().acknowledge(whose, asking, position);
    }
  }
}
