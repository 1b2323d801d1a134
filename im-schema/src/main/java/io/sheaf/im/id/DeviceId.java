package io.sheaf.im.id;

/**
 * One of the devices of a user; unique for that user.
 *
 * <p><b>Thread safety.</b> Immutable.
 *
 * @param id the number or the text it is
 */
public record DeviceId(Id id) implements Comparable<DeviceId> {
  private static final String WHAT = "device";

  /** The device with this number. */
  public static DeviceId of(long number) {
    return new DeviceId(Id.of(number));
  }

  /**
   * The device with this name.
   *
   * @throws IllegalArgumentException if it is empty or longer than {@value Id#MAX_BYTES} bytes
   */
  public static DeviceId of(String name) {
    return new DeviceId(Id.of(WHAT, name));
  }

  /** See {@link #of(String)}, for names that are no UTF-8. */
  public static DeviceId of(byte[] name) {
    return new DeviceId(Id.of(WHAT, name));
  }

  @Override
  public int compareTo(DeviceId other) {
    return id.compareTo(other.id);
  }

  @Override
  public String toString() {
    return id.toString();
  }
}
