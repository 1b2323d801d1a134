package io.sheaf.im.client;

import io.lettuce.core.api.push.PushListener;
import io.lettuce.core.api.push.PushMessage;
import io.sheaf.im.id.DeviceId;
import io.sheaf.im.id.Id;
import io.sheaf.im.id.UserId;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands pushes to the listeners of devices.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
final class Subscriptions implements PushListener {
  private static final Logger LOGGER = LoggerFactory.getLogger(Subscriptions.class);
  private static final String EVENT = "im.event";
  private static final String BEHIND = "im.behind";

  private final Map<Place, DeviceListener> listeners = new ConcurrentHashMap<>();
  private final Wire wire;

  Subscriptions(Wire wire) {
    this.wire = wire;
  }

  private record Place(UserId user, DeviceId device) {
    List<Object> words() {
      return List.of(user.id(), device.id());
    }
  }

  /** Begins to listen; answers the end of the queue. */
  long add(UserId user, DeviceId device, DeviceListener listener) {
    Place place = new Place(user, device);
    DeviceListener before = listeners.put(place, listener);
    boolean subscribed = false;
    try {
      long newest = Fields.of(wire.call(ImCommand.SUBSCRIBE, place.words())).number("newest");
      subscribed = true;
      return newest;
    } finally {
      if (!subscribed && before == null) {
        listeners.remove(place, listener);
      } else if (!subscribed) {
        boolean _ = listeners.replace(place, listener, before);
      }
    }
  }

  /** Ends what {@code listener} hears; where another one has taken its place, that goes on. */
  void remove(UserId user, DeviceId device, DeviceListener listener) {
    Place place = new Place(user, device);
    if (listeners.remove(place, listener)) {
      List<Object> _ = wire.call(ImCommand.UNSUBSCRIBE, place.words());
    }
  }

  /**
   * The connection is there again: the server has forgotten who listens, and events may be missed.
   */
  void connectedAgain() {
    listeners.forEach((place, listener) -> {
      var _ =
          wire.send(ImCommand.SUBSCRIBE, place.words())
              .whenComplete((_, failure) -> {
                if (failure != null) {
                  LOGGER.warn("A device could not be subscribed again", failure);
                }
                listener.behind();
              });
    });
  }

  @Override
  public void onPushMessage(PushMessage message) {
    if (!message.getType().equals(EVENT) && !message.getType().equals(BEHIND)) {
      return;
    }
    List<Object> content = message.getContent(Subscriptions::bytes);
    Place place =
        new Place(
            Fields.user(content.get(1)),
            new DeviceId(Id.parse("device", Fields.bytes(content.get(2)))));
    DeviceListener listener = listeners.get(place);
    if (listener == null) {
      return; // it was closed while the push was under way
    }
    if (message.getType().equals(EVENT)) {
      listener.pushed(Replies.event(content.get(3)));
    } else {
      listener.behind();
    }
  }

  private static Object bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }
}
