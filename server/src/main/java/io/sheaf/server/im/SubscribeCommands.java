package io.sheaf.server.im;

import static io.sheaf.server.command.CommandFlag.READONLY;
import static io.sheaf.server.im.ImCommands.command;

import io.sheaf.im.ImStore;
import io.sheaf.im.id.DeviceId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.model.SyncResult;
import io.sheaf.server.client.Client;
import io.sheaf.server.command.Argument;
import io.sheaf.server.command.Call;
import io.sheaf.server.command.Command;
import io.sheaf.server.command.CommandException;
import io.sheaf.server.command.CommandTable;
import io.sheaf.server.command.Permissions;
import io.sheaf.server.wire.Request;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Pushes: the events of a user, told as they are written, to the devices that a connection has
 * subscribed. A connection may subscribe many devices, as that of a gateway does.
 */
final class SubscribeCommands implements DevicePushes.Rights {
  /** What a subscription takes on the heap, about. */
  static final long SUBSCRIPTION_BYTES = 768;

  private static final long HEAP_PART = 4;
  private static final Argument USER = Argument.key("user");
  private static final Argument DEVICE = Argument.text("device");

  private final ImStore im;
  private final Permissions permissions;
  private final long most;
  private final Command subscribe;
  private final Command unsubscribe;
  private final AtomicLong taken = new AtomicLong();
  private final Map<Client, DevicePushes> byClient = new ConcurrentHashMap<>();

  SubscribeCommands(ImStore im, Permissions permissions) {
    this(im, permissions, Runtime.getRuntime().maxMemory() / HEAP_PART / SUBSCRIPTION_BYTES);
  }

  /** The same, with {@code most} subscriptions of all clients together. */
  SubscribeCommands(ImStore im, Permissions permissions, long most) {
    this.im = im;
    this.permissions = permissions;
    this.most = most;
    this.subscribe =
        command(
            "subscribe",
            READONLY,
            this::subscribe,
            "Pushes the events of a user to this connection from now on; RESP3 only.",
            USER,
            DEVICE);
    this.unsubscribe =
        command(
            "unsubscribe",
            READONLY,
            this::unsubscribe,
            "Ends what IM.SUBSCRIBE began.",
            USER,
            DEVICE);
  }

  void addTo(CommandTable table) {
    table.add(subscribe);
    table.add(unsubscribe);
  }

  @Override
  public long changes() {
    return permissions.changes();
  }

  @Override
  public boolean allow(Client client, UserId user, DeviceId device) {
    Request request =
        Request.of(
            subscribe.name().getBytes(StandardCharsets.US_ASCII),
            user.id().toByteArray(),
            device.id().toByteArray());
    return permissions.allows(client, subscribe, request);
  }

  @Override
  public boolean take() {
    if (taken.incrementAndGet() <= most) {
      return true;
    }
    taken.decrementAndGet();
    return false;
  }

  @Override
  public void giveBack() {
    taken.decrementAndGet();
  }

  /**
   * The newest position is read after the subscription has begun: what comes between is pushed, or
   * makes the device sync, so nothing is missed.
   */
  private void subscribe(Call call, ImArguments arguments) throws CommandException, IOException {
    requirePushes(call);
    UserId user = arguments.user();
    DeviceId device = arguments.device();
    DevicePushes pushes = pushesOf(call.client());
    pushes.begin(user, device, newest(user, device));
    call.reply().map(1);
    ImReplies.field(call.reply(), "newest", newest(user, device));
  }

  private void unsubscribe(Call call, ImArguments arguments) throws CommandException {
    requirePushes(call);
    UserId user = arguments.user();
    DeviceId device = arguments.device();
    DevicePushes pushes = byClient.get(call.client());
    call.reply().integer(pushes != null && pushes.end(user, device) ? 1 : 0);
  }

  private DevicePushes pushesOf(Client client) {
    DevicePushes known = byClient.get(client);
    if (known != null) {
      return known;
    }
    DevicePushes fresh = new DevicePushes(im, client, this, () -> byClient.remove(client));
    byClient.put(client, fresh);
    client.pushes().listen(fresh); // tells at once if it is gone already
    return fresh;
  }

  private long newest(UserId user, DeviceId device) throws IOException {
    return switch (im.sync().read(user, device, 1)) {
      case SyncResult.Events events -> events.newestPosition();
      case SyncResult.Rebase rebase -> rebase.position();
    };
  }

  private static void requirePushes(Call call) throws CommandException {
    if (call.client().protocol() < 3) {
      throw new CommandException(
          "NOPUSH a client of RESP2 cannot be told of events: say HELLO 3, or wait with IM.SYNC"
              + " BLOCK");
    }
  }
}
