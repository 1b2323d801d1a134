package io.sheaf.im.sync;

import io.sheaf.im.change.Context;
import io.sheaf.im.change.Publisher;
import io.sheaf.im.change.Transaction;
import io.sheaf.im.id.DeviceId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.model.Body;
import io.sheaf.im.model.Device;
import io.sheaf.im.model.Event;
import io.sheaf.im.model.ImException;
import io.sheaf.im.model.PageLimit;
import io.sheaf.im.model.QueuedEvent;
import io.sheaf.im.model.SyncResult;
import io.sheaf.im.table.CursorRow;
import io.sheaf.im.table.Keys;
import io.sheaf.lsm.cursor.Cursor;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.Snapshot;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * What has still to reach the devices of a user: one queue for each user, whose events have the
 * positions 1, 2, 3 … without a gap, and a place in it for each device.
 *
 * <p>Delivery is in order, and at least once: a device gets events again until it acknowledges
 * them.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
public final class SyncQueues {
  private static final int MOST_EVENTS = 10_000;
  private static final Duration LONGEST_WAIT = Duration.ofDays(1);

  private final Context context;
  private final Waiters waiters;
  private final LargeEvents large;
  private final long rebaseEvents;
  private final int mostBodyBytes;
  private final long seenStepMillis;

  private SyncQueues(Context context, Waiters waiters, long rebaseEvents, int mostBodyBytes) {
    this.context = context;
    this.waiters = waiters;
    this.large = new LargeEvents(context, waiters);
    this.rebaseEvents = rebaseEvents;
    this.mostBodyBytes = mostBodyBytes;
    this.seenStepMillis = context.kept().devices().toMillis() / 8;
  }

  /** Hears of events before there are queues: for {@link #of}. */
  public static Publisher publisher() {
    return new Waiters();
  }

  /**
   * The queues of {@code context}.
   *
   * @param publisher from {@link #publisher()}, that of the context
   * @param rebaseEvents how many events may wait for a device before it is rebased
   * @param mostBodyBytes largest body of an event of the service, in bytes
   */
  public static SyncQueues of(
      Context context, Publisher publisher, long rebaseEvents, int mostBodyBytes) {
    if (publisher instanceof Waiters waiters) {
      return new SyncQueues(context, waiters, rebaseEvents, mostBodyBytes);
    }
    throw new IllegalArgumentException(publisher + " does not come from SyncQueues");
  }

  /** Makes a device known: it starts at 0. One that is known stays where it is. */
  public void addDevice(UserId user, DeviceId device) throws IOException {
    try (Transaction change = context.begin().lockUser(user)) {
      if (context.rows().device(user, device).isEmpty()) {
        put(change, user, device, 0);
        change.commit();
      }
    }
  }

  /** Forgets a device. */
  public void removeDevice(UserId user, DeviceId device) throws IOException {
    try (Transaction change = context.begin().lockUser(user)) {
      require(user, device);
      change.batch().delete(context.tables().cursor(), Keys.of(user.id(), device.id()));
      change.commit();
    }
  }

  /** The devices of a user; one that was not seen for long is not there any more. */
  public List<Device> devices(UserId user) throws IOException {
    List<Device> devices = new ArrayList<>();
    byte[] prefix = Keys.of(user.id());
    try (Cursor cursor =
        context.db().cursor(context.tables().cursor(), CursorOptions.prefix(prefix))) {
      while (cursor.next()) {
        CursorRow row = CursorRow.decode(cursor.key(), cursor.value());
        DeviceId id = new DeviceId(Keys.id(cursor.key(), prefix.length));
        devices.add(new Device(id, row.position(), row.seenMillis()));
      }
    }
    return devices;
  }

  /**
   * Appends an event of the service.
   *
   * @return its position
   * @throws ImException.BodyTooLarge when the body is
   */
  public long append(UserId user, Body body) throws IOException {
    if (body.length() > mostBodyBytes) {
      throw new ImException.BodyTooLarge(body.length(), mostBodyBytes);
    }
    try (Transaction change = context.begin().lockUser(user)) {
      long position = change.append(user, new Event.Custom(body));
      change.commit();
      return position;
    }
  }

  /**
   * What a device has not yet acknowledged, from the oldest on.
   *
   * @param limit of events, 1 to 10,000
   * @throws ImException.UnknownDevice when the user has no such device
   */
  public SyncResult read(UserId user, DeviceId device, int limit) throws IOException {
    PageLimit.check(limit, MOST_EVENTS, "events");
    CursorRow place = require(user, device);
    if (context.nowMillis() - place.seenMillis() > seenStepMillis) {
      seen(user, device);
    }
    large.fetch(user);
    try (Snapshot now = context.db().snapshot()) {
      List<QueuedEvent> events = readFrom(user, place.position() + 1, limit, now);
      boolean isEnd = !events.isEmpty() && events.size() < limit;
      long newest = isEnd ? events.getLast().position() : context.newestPosition(user.id(), now);
      long behind = newest - place.position();
      return behind > rebaseEvents || (behind > 0 && isCut(place, events))
          ? rebase(user, newest, now)
          : new SyncResult.Events(
              new EventContent(context.rows().at(now)).of(user, events, isEnd), newest);
    }
  }

  /**
   * The same; where there is nothing, waits for something.
   *
   * @param timeout up to a day
   * @return no events when there were none in time
   * @throws io.sheaf.lsm.io.ClosedException when the IM store is closed meanwhile
   */
  public SyncResult await(UserId user, DeviceId device, int limit, Duration timeout)
      throws IOException, InterruptedException {
    Signal signal = new Signal();
    waiters.add(user, signal);
    try {
      follow(signal, user);
      Duration most = timeout.compareTo(LONGEST_WAIT) < 0 ? timeout : LONGEST_WAIT;
      long deadline = System.nanoTime() + most.toNanos();
      while (true) {
        context.checkOpen();
        SyncResult result = read(user, device, limit);
        boolean nothing = result instanceof SyncResult.Events found && found.events().isEmpty();
        if (!nothing || !signal.await(deadline - System.nanoTime())) {
          return result;
        }
      }
    } finally {
      waiters.remove(user, signal);
    }
  }

  /**
   * Gives the events that are written from now on to {@code listener}.
   *
   * @param position up to which the listener has them; where the queue is further, it is told so at
   *     the next event
   */
  public Subscription subscribe(UserId user, long position, EventListener listener)
      throws IOException {
    Subscription subscription = new Subscription(waiters, user, position, listener);
    try {
      follow(subscription, user);
      return subscription;
    } catch (IOException | RuntimeException e) {
      try (subscription) {
        throw e;
      }
    }
  }

  /**
   * A device has everything up to {@code position}. Never goes back: a lower one changes nothing.
   *
   * @return up to where the device is
   * @throws ImException.UnknownDevice when the user has no such device
   * @throws ImException.AcknowledgedTooFar when there is no such event yet
   */
  public long acknowledge(UserId user, DeviceId device, long position) throws IOException {
    try (Transaction change = context.begin().lockUser(user)) {
      CursorRow place = require(user, device);
      if (position <= place.position()) {
        return place.position();
      }
      long newest = change.newestPosition(user);
      if (position > newest) {
        throw new ImException.AcknowledgedTooFar(user, device, position, newest);
      }
      put(change, user, device, position);
      change.commit();
      return position;
    }
  }

  /** Which conversations a user follows changes under its lock: what is read is still so. */
  private void follow(Waiters.Waiter waiter, UserId user) throws IOException {
    try (Transaction look = context.begin().lockUser(user)) {
      assert look.nowMillis() > 0;
      waiters.follow(waiter, large.of(user));
    }
  }

  private void seen(UserId user, DeviceId device) throws IOException {
    try (Transaction change = context.begin().lockUser(user)) {
      put(change, user, device, require(user, device).position());
      change.commit();
    }
  }

  private CursorRow require(UserId user, DeviceId device) throws IOException {
    return context
        .rows()
        .device(user, device)
        .orElseThrow(() -> new ImException.UnknownDevice(user, device));
  }

  private void put(Transaction change, UserId user, DeviceId device, long position) {
    change
        .batch()
        .put(
            context.tables().cursor(),
            Keys.of(user.id(), device.id()),
            new CursorRow(position, change.nowMillis()).encode());
  }

  private List<QueuedEvent> readFrom(UserId user, long position, int limit, Snapshot now)
      throws IOException {
    List<QueuedEvent> events = new ArrayList<>();
    CursorOptions rows =
        CursorOptions.ALL
            .between(Keys.of(user.id(), position), Keys.end(Keys.of(user.id())))
            .limit(limit)
            .at(now);
    try (Cursor cursor = context.db().cursor(context.tables().queue(), rows)) {
      while (cursor.next()) {
        events.add(EventContent.decode(cursor.key(), cursor.value()));
      }
    }
    return events;
  }

  /** Positions have no gaps, so where there is one the events before have expired. */
  private static boolean isCut(CursorRow place, List<QueuedEvent> events) {
    return events.isEmpty() || events.getFirst().position() != place.position() + 1;
  }

  private SyncResult rebase(UserId user, long newest, Snapshot now) throws IOException {
    List<QueuedEvent> oldest = readFrom(user, 0, 1, now);
    return new SyncResult.Rebase(
        newest, oldest.isEmpty() ? newest + 1 : oldest.getFirst().position());
  }

  /** Wakes who waits. */
  private static final class Signal implements Waiters.Waiter {
    private final Semaphore news = new Semaphore(0);

    boolean await(long nanos) throws InterruptedException {
      boolean heard = news.tryAcquire(Math.max(0, nanos), TimeUnit.NANOSECONDS);
      news.drainPermits();
      return heard;
    }

    @Override
    public void hear(QueuedEvent event) {
      news.release();
    }

    @Override
    public void hearOfMore() {
      news.release();
    }

    @Override
    public void deliver() {
      // who waits was woken when it was heard
    }

    @Override
    public void end() {
      news.release();
    }
  }
}
