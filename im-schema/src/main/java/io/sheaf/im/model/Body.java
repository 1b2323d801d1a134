package io.sheaf.im.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What a message or an event of the service says: any bytes; the store does not look into them.
 *
 * <p><b>Thread safety.</b> Immutable, as long as nobody changes the array. <b>Ownership.</b> The
 * array is taken and handed out without a copy.
 */
public final class Body {
  /** Nothing. */
  public static final Body EMPTY = new Body(new byte[0]);

  private final byte[] bytes;

  private Body(byte[] bytes) {
    this.bytes = bytes;
  }

  /** These bytes, which are not copied. */
  public static Body of(byte[] bytes) {
    return bytes.length == 0 ? EMPTY : new Body(bytes);
  }

  /** The text in UTF-8. */
  public static Body of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The bytes, not copied. */
  public byte[] bytes() {
    return bytes;
  }

  /** The number of bytes. */
  public int length() {
    return bytes.length;
  }

  /** The bytes as UTF-8; what is none is replaced. */
  public String text() {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Body that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return bytes.length + " bytes";
  }
}
