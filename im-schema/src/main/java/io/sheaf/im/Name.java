package io.sheaf.im;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The name of a conversation or of a sender: 1 to {@value #MAX_BYTES} bytes of any kind, UTF-8 for
 * the most part, but not always.
 *
 * <p><em>Thread safety:</em> immutable.
 */
public final class Name {
  /** The longest name, in bytes. */
  public static final int MAX_BYTES = 4096;

  private final byte[] bytes;

  private Name(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * The name of these bytes, which are copied.
   *
   * @throws IllegalArgumentException if there are none or too many
   */
  public static Name of(byte[] bytes) {
    if (bytes.length == 0 || bytes.length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "a name has 1 to " + MAX_BYTES + " bytes, not " + bytes.length);
    }
    return new Name(bytes.clone());
  }

  /**
   * The name that is this text in UTF-8.
   *
   * @throws IllegalArgumentException if the text is empty or too long
   */
  public static Name of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The number of bytes. */
  public int length() {
    return bytes.length;
  }

  /** A fresh copy of the bytes. */
  public byte[] toByteArray() {
    return bytes.clone();
  }

  /** The name as text, where its bytes are UTF-8. */
  public Optional<String> text() {
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  byte byteAt(int index) {
    return bytes[index];
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Name that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** The text, where the bytes are UTF-8; else {@code hex:} and the bytes in hexadecimal. */
  @Override
  public String toString() {
    return text().orElseGet(() -> "hex:" + HexFormat.of().formatHex(bytes));
  }
}
