package io.sheaf.server.im;

import static io.sheaf.server.command.CommandFlag.BLOCKING;
import static io.sheaf.server.command.CommandFlag.READONLY;
import static io.sheaf.server.command.CommandFlag.WRITE;
import static io.sheaf.server.im.ImCommands.command;

import io.sheaf.im.ImStore;
import io.sheaf.im.id.DeviceId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.model.Device;
import io.sheaf.im.model.QueuedEvent;
import io.sheaf.im.model.SyncResult;
import io.sheaf.im.sync.EventListener;
import io.sheaf.server.client.Wakeup;
import io.sheaf.server.command.Argument;
import io.sheaf.server.command.Call;
import io.sheaf.server.command.CommandException;
import io.sheaf.server.command.CommandTable;
import io.sheaf.server.wire.ReplyWriter;
import java.io.IOException;
import java.util.List;

/** What has still to reach the devices of a user. */
final class SyncCommands {
  private static final int STANDARD_EVENTS = 100;
  private static final int MOST_EVENTS = 500; // of bodies of 64 KB: 32 MB
  private static final Argument USER = Argument.key("user");
  private static final Argument DEVICE = Argument.text("device");

  private final ImStore im;

  SyncCommands(ImStore im) {
    this.im = im;
  }

  void addTo(CommandTable table) {
    table.add(
        command(
            "adddevice",
            WRITE,
            this::add,
            "Makes a device of a user known: it starts at 0.",
            USER,
            DEVICE));
    table.add(command("removedevice", WRITE, this::remove, "Forgets a device.", USER, DEVICE));
    table.add(command("devices", READONLY, this::devices, "Tells the devices of a user.", USER));
    table.add(
        command(
                "sync",
                READONLY,
                this::sync,
                "Tells what a device has not acknowledged, from the oldest on; waits where there is"
                    + " nothing.",
                USER,
                DEVICE,
                Argument.integer("count").token("COUNT").optional(),
                Argument.integer("milliseconds").token("BLOCK").optional())
            .alsoFlags(BLOCKING));
    table.add(
        command(
            "ack",
            WRITE,
            this::acknowledge,
            "Says that a device has everything up to a position.",
            USER,
            DEVICE,
            Argument.integer("position")));
    table.add(
        command(
            "append",
            WRITE,
            this::append,
            "Appends an event of the service's own to the queue of a user.",
            USER,
            Argument.text("body")));
  }

  private void add(Call call, ImArguments arguments) throws CommandException, IOException {
    UserId user = arguments.user();
    im.sync().addDevice(user, arguments.device());
    call.reply().ok();
  }

  private void remove(Call call, ImArguments arguments) throws CommandException, IOException {
    UserId user = arguments.user();
    im.sync().removeDevice(user, arguments.device());
    call.reply().ok();
  }

  private void devices(Call call, ImArguments arguments) throws CommandException, IOException {
    List<Device> devices = im.sync().devices(arguments.user());
    ReplyWriter reply = call.reply();
    reply.array(devices.size());
    for (Device device : devices) {
      reply.map(3);
      ImReplies.field(reply, "device", device.id().id());
      ImReplies.field(reply, "position", device.position());
      ImReplies.field(reply, "seen", device.seenMillis());
    }
  }

  private void sync(Call call, ImArguments arguments) throws CommandException, IOException {
    UserId user = arguments.user();
    DeviceId device = arguments.device();
    int count = STANDARD_EVENTS;
    boolean waits = false;
    long waitMillis = 0;
    while (!arguments.isAtEnd()) {
      if (arguments.take("count")) {
        count = (int) arguments.number("COUNT", 1, MOST_EVENTS);
      } else if (arguments.take("block")) {
        waits = true;
        waitMillis = arguments.number("BLOCK", 0, Long.MAX_VALUE);
      } else {
        throw arguments.notUnderstood();
      }
    }
    switch (im.sync().read(user, device, count)) {
      case SyncResult.Events found -> {
        if (waits && found.events().isEmpty()) {
          long newest = found.newestPosition();
          call.block(new OnQueue(im, user, newest), waitMillis, call.request().copy());
        } else {
          events(call.reply(), found);
        }
      }
      case SyncResult.Rebase rebase -> {
        call.reply().map(3);
        ImReplies.field(call.reply(), "kind", "rebase");
        ImReplies.field(call.reply(), "position", rebase.position());
        ImReplies.field(call.reply(), "oldest-kept", rebase.oldestKept());
      }
    }
  }

  private static void events(ReplyWriter reply, SyncResult.Events found) {
    reply.map(3);
    ImReplies.field(reply, "kind", "events");
    ImReplies.field(reply, "newest", found.newestPosition());
    reply.bulk("events");
    reply.array(found.events().size());
    found.events().forEach(event -> ImReplies.event(reply, event));
  }

  private void acknowledge(Call call, ImArguments arguments) throws CommandException, IOException {
    UserId user = arguments.user();
    DeviceId device = arguments.device();
    long position = arguments.number("position", 0, Long.MAX_VALUE);
    call.reply().integer(im.sync().acknowledge(user, device, position));
  }

  private void append(Call call, ImArguments arguments) throws CommandException, IOException {
    UserId user = arguments.user();
    call.reply().integer(im.sync().append(user, arguments.body()));
  }

  /** Has a call go on when there is something behind {@code position} in the queue of a user. */
  private record OnQueue(ImStore im, UserId user, long position) implements Wakeup {
    @Override
    public Listening listen(Runnable changed) throws IOException {
      return im.sync().subscribe(user, position, new Bell(changed))::close;
    }

    @Override
    public long heldBytes() {
      return SubscribeCommands.SUBSCRIPTION_BYTES;
    }
  }

  /** Wakes who waits, whatever has happened. */
  private record Bell(Runnable changed) implements EventListener {
    @Override
    public void pushed(UserId user, QueuedEvent event) {
      changed.run();
    }

    @Override
    public void behind(UserId user) {
      changed.run();
    }
  }
}
