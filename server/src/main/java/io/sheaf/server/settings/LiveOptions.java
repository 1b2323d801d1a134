package io.sheaf.server.settings;

import java.util.EnumMap;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The values of the options that may be changed while the server runs.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads; a reader sees a change soon.
 */
public final class LiveOptions {
  private final EnumMap<LiveOption, AtomicLong> values = new EnumMap<>(LiveOption.class);

  /** All at their defaults. */
  public LiveOptions() {
    for (LiveOption option : LiveOption.values()) {
      values.put(option, new AtomicLong(option.standard()));
    }
  }

  /** The value of an option. */
  public long get(LiveOption option) {
    return value(option).getOpaque();
  }

  /** Changes an option. */
  public void set(LiveOption option, long value) {
    if (value < option.lowest() || value > option.highest()) {
      throw new IllegalArgumentException(
          option.shown() + " must be " + option.lowest() + " to " + option.highest());
    }
    value(option).set(value);
  }

  private AtomicLong value(LiveOption option) {
    return Objects.requireNonNull(values.get(option)); // all are there
  }
}
