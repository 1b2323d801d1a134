package io.sheaf.bench.im;

import io.sheaf.im.ImStore;
import io.sheaf.im.id.UserId;
import io.sheaf.im.model.QueuedEvent;
import io.sheaf.im.sync.EventListener;
import io.sheaf.im.sync.Subscription;
import java.io.IOException;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The devices that are connected: events are pushed to them from memory, and nothing is read for
 * them unless they are told that they are behind. They acknowledge each {@value
 * #EVENTS_AN_ACKNOWLEDGEMENT} events.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads. <b>Ownership.</b> Who made it closes it.
 */
final class ConnectedDevices implements AutoCloseable {
  /** Of a hundred users so many are connected, and so many of the reads are saved. */
  private static final int PERCENT = 40;

  private static final int EVENTS_AN_ACKNOWLEDGEMENT = 16;

  private final @Nullable Device[] devices;
  private final Queue<Device> due = new ConcurrentLinkedQueue<>();
  private final Queue<Device> behind = new ConcurrentLinkedQueue<>();
  private final LongAdder pushed = new LongAdder();

  /** Connects some of {@code users} users: as many of the busy ones as of the others. */
  ConnectedDevices(ImStore im, int users) throws IOException {
    devices = new Device[users];
    for (int user = 0; user < users; user++) {
      if (Math.floorMod((user * 0x9E3779B1) >>> 7, 100) < PERCENT) {
        devices[user] = new Device(im, UserId.of(user));
      }
    }
  }

  /** Whether the device of {@code user} is connected. */
  boolean isConnected(UserId user) {
    return devices[user.id().number().orElseThrow().intValue()] != null;
  }

  /** A device that has got enough to acknowledge; empty where there is none. */
  Optional<Device> nextDue() {
    Device device = due.poll();
    if (device != null) {
      device.isDue.set(false);
    }
    return Optional.ofNullable(device);
  }

  /** A device that was told to sync; empty where there is none. */
  Optional<Device> nextBehind() {
    Device device = behind.poll();
    if (device != null) {
      device.isBehind.set(false);
    }
    return Optional.ofNullable(device);
  }

  /** How many events were pushed. */
  long pushed() {
    return pushed.sum();
  }

  @Override
  public void close() {
    for (Device device : devices) {
      if (device != null) {
        device.subscription.close();
      }
    }
  }

  /** A connected device. */
  final class Device implements EventListener {
    private final UserId user;
    private final AtomicBoolean isDue = new AtomicBoolean();
    private final AtomicBoolean isBehind = new AtomicBoolean();
    private final Subscription subscription;
    private volatile long position;

    private Device(ImStore im, UserId user) throws IOException {
      this.user = user;
      this.subscription = im.sync().subscribe(user, 0, this);
    }

    UserId user() {
      return user;
    }

    /** Up to where events were pushed. */
    long position() {
      return position;
    }

    @Override
    public void pushed(UserId to, QueuedEvent event) {
      pushed.increment();
      position = event.position();
      if (event.position() % EVENTS_AN_ACKNOWLEDGEMENT == 0 && !isDue.getAndSet(true)) {
        due.add(this);
      }
    }

    @Override
    public void behind(UserId to) {
      if (!isBehind.getAndSet(true)) {
        behind.add(this);
      }
    }
  }
}
