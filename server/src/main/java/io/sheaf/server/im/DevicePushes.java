package io.sheaf.server.im;

import io.sheaf.im.ImStore;
import io.sheaf.im.id.DeviceId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.model.QueuedEvent;
import io.sheaf.im.sync.EventListener;
import io.sheaf.im.sync.Subscription;
import io.sheaf.server.client.Client;
import io.sheaf.server.client.Pushes;
import io.sheaf.server.command.CommandException;
import io.sheaf.server.wire.ReplyWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The devices that one connection has subscribed.
 *
 * <p>A push is either an event, {@code im.event user device event}, or says that there are events
 * that are not pushed and that the device has to sync: {@code im.behind user device}. While the
 * client does not read, events are not kept for it; once it reads again it is told that it is
 * behind.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads. <b>Ownership.</b> Ends with the
 * connection.
 */
final class DevicePushes implements Pushes.Listener {
  /** Devices of one connection: a gateway has many. */
  static final int MOST_DEVICES = 100_000;

  private static final Logger LOGGER = LoggerFactory.getLogger(DevicePushes.class);
  private static final int PROTOCOL = 3;

  private final ImStore im;
  private final Client client;
  private final Runnable whenGone;
  private final Rights rights;
  private final Map<Place, Device> devices = new HashMap<>(); // guarded by this

  /** What the rights to all devices were found to be at; guarded by this. */
  private long checkedChanges;

  /** As whom; guarded by this. */
  private String checkedUser;

  private boolean gone; // guarded by this

  /** Pushes to {@code client}. */
  DevicePushes(ImStore im, Client client, Rights rights, Runnable whenGone) {
    this.im = im;
    this.client = client;
    this.rights = rights;
    this.whenGone = whenGone;
    this.checkedChanges = rights.changes();
    this.checkedUser = client.user();
    client.whenReset(this::endAll);
  }

  /** What clients may subscribe, and how many they may all together. */
  interface Rights {
    /** How often rights have changed. */
    long changes();

    /** Whether {@code client} may hear of the events of a user. */
    boolean allow(Client client, UserId user, DeviceId device);

    /** Takes a place for one subscription more; false: there is none. */
    boolean take();

    /** Gives a place back. */
    void giveBack();
  }

  private record Place(UserId user, DeviceId device) {}

  /** Pushes the events behind {@code position}; begins anew where it has begun. */
  void begin(UserId user, DeviceId device, long position) throws CommandException, IOException {
    Place place = new Place(user, device);
    Device fresh = new Device(place);
    if (!rights.take()) {
      throw new CommandException(
          "ERR no room for more subscriptions: all together may take a quarter of the server's heap"
              + " (-Xmx)");
    }
    boolean kept = false;
    Device before = fresh;
    try {
      fresh.subscription = im.sync().subscribe(user, position, fresh);
      synchronized (this) {
        kept = !gone && (devices.size() < MOST_DEVICES || devices.containsKey(place));
        before = kept ? devices.put(place, fresh) : fresh;
        client.subscriptions(devices.size());
      }
    } finally {
      if (before != null) {
        before.close();
      }
    }
    if (!kept) {
      throw new CommandException(
          "ERR a connection subscribes up to " + MOST_DEVICES + " devices: open another one");
    }
  }

  /** Ends it; false: it had not begun. */
  boolean end(UserId user, DeviceId device) {
    Device ended;
    synchronized (this) {
      ended = devices.remove(new Place(user, device));
      client.subscriptions(devices.size());
    }
    if (ended != null) {
      ended.close();
    }
    return ended != null;
  }

  @Override
  public void readsAgain() {
    List<Device> all;
    synchronized (this) {
      all = new ArrayList<>(devices.values());
    }
    all.forEach(Device::tellIfBehind);
  }

  @Override
  public void gone() {
    synchronized (this) {
      gone = true;
    }
    endAll();
    whenGone.run();
  }

  /** Ends all of them. */
  private void endAll() {
    List<Device> all;
    synchronized (this) {
      all = new ArrayList<>(devices.values());
      devices.clear();
      client.subscriptions(0);
    }
    all.forEach(Device::close);
  }

  /**
   * Whether the client may still hear of all that it has subscribed. Where its rights were taken
   * away, or it has become another user who has fewer, it is closed, as Redis does where channels
   * are forbidden, so that it notices.
   */
  private boolean isAllowed() {
    List<Place> places;
    synchronized (this) {
      if (checkedChanges == rights.changes() && checkedUser.equals(client.user())) {
        return true;
      }
      checkedChanges = rights.changes(); // before it is looked, so that no change is missed
      checkedUser = client.user();
      places = new ArrayList<>(devices.keySet());
    }
    for (Place place : places) {
      if (!rights.allow(client, place.user(), place.device())) {
        LOGGER.warn(
            "Connection from {} is closed: its user may not hear of what it has subscribed",
            client.address());
        endAll();
        client.kill();
        return false;
      }
    }
    return true;
  }

  /** One device: hears of events one after another. */
  private final class Device implements EventListener {
    private final Place place;
    private volatile @Nullable Subscription subscription;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Whether the client is still to be told that it is behind; guarded by this. */
    private boolean owesBehind;

    Device(Place place) {
      this.place = place;
    }

    @Override
    public synchronized void pushed(UserId user, QueuedEvent event) {
      if (hasLeft()) {
        return;
      }
      boolean sent = !owesBehind && client.pushes().push(push -> write(push, event));
      if (!sent) {
        behind(user);
      }
    }

    @Override
    public synchronized void behind(UserId user) {
      if (!hasLeft()) {
        owesBehind = true;
        tellIfBehind();
      }
    }

    synchronized void tellIfBehind() {
      if (owesBehind && client.pushes().push(this::writeBehind)) {
        owesBehind = false;
      }
    }

    private void write(ReplyWriter push, QueuedEvent event) {
      push.push(4);
      push.bulk("im.event");
      ImReplies.id(push, place.user().id());
      ImReplies.id(push, place.device().id());
      ImReplies.event(push, event);
    }

    private void writeBehind(ReplyWriter push) {
      push.push(3);
      push.bulk("im.behind");
      ImReplies.id(push, place.user().id());
      ImReplies.id(push, place.device().id());
    }

    /** Whether the client no longer takes pushes: it went back to RESP2, or may not any more. */
    private boolean hasLeft() {
      if (closed.get() || !isAllowed()) {
        return true;
      }
      if (client.protocol() >= PROTOCOL) {
        return false;
      }
      boolean _ = end(place.user(), place.device());
      return true;
    }

    void close() {
      boolean open = closed.compareAndSet(false, true);
      Subscription ended = subscription;
      if (ended != null) {
        ended.close();
      }
      if (open) {
        rights.giveBack();
      }
    }
  }
}
