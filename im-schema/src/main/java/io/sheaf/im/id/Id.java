package io.sheaf.im.id;

import io.sheaf.lsm.coding.ByteReader;
import io.sheaf.lsm.coding.Slice;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * What an id of a service is made of: a 64-bit number, or 1 to {@value #MAX_BYTES} bytes, in the
 * form in which keys hold it. The form ends by itself, so that ids can follow one another, and its
 * order as bytes is that of the ids: numbers (unsigned) before texts, texts by their bytes.
 *
 * <pre>
 * id     := number | text
 * number := (10 + n) escaped{n} 00      n: 0 to 8 bytes, big-endian, without leading zeros
 * text   := 20 escaped* 00
 * escaped: a byte; 00 is written as 01 01, and 01 as 01 02
 * </pre>
 *
 * <p>As examples, the number 1,000,000 is {@code 13 0f 42 40 00}, the text "go" {@code 20 67 6f
 * 00}. No byte of an id but its last one is 00, so a table whose keys begin with an id has the
 * prefix rule {@code delimited:0}.
 *
 * <p><b>Thread safety.</b> Immutable.
 */
public final class Id implements Comparable<Id> {
  /** The longest text, in bytes. */
  public static final int MAX_BYTES = 64;

  /** The longest form of an id in a key, in bytes. */
  static final int MAX_ENCODED_BYTES = 2 * MAX_BYTES + 2;

  private static final int NUMBER = 0x10;
  private static final int TEXT = 0x20;
  private static final int ESCAPE = 1;
  private static final String LARGEST_NUMBER = Long.toUnsignedString(-1);

  private static final long HASH_BEGIN = 0xCBF29CE484222325L;
  private static final long HASH_FACTOR = 0x100000001B3L;

  private final byte[] encoded;
  private final int hash;
  private final long word;

  private Id(byte[] encoded) {
    this.encoded = encoded;
    this.hash = hash(encoded);
    this.word = word(encoded);
  }

  /** The id that is this number, unsigned. */
  public static Id of(long number) {
    int length = (Long.SIZE - Long.numberOfLeadingZeros(number) + Byte.SIZE - 1) / Byte.SIZE;
    byte[] raw = new byte[length];
    for (int i = 0; i < length; i++) {
      raw[length - 1 - i] = (byte) (number >>> (Byte.SIZE * i));
    }
    return new Id(encode(NUMBER + length, raw));
  }

  /**
   * The id that is these bytes.
   *
   * @param what names the id in the error, such as "user"
   * @throws IllegalArgumentException if there are none or too many
   */
  public static Id of(String what, byte[] bytes) {
    if (bytes.length == 0 || bytes.length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "a " + what + " id has 1 to " + MAX_BYTES + " bytes, not " + bytes.length);
    }
    return new Id(encode(TEXT, bytes));
  }

  /** See {@link #of(String, byte[])}: the bytes of {@code text} in UTF-8. */
  public static Id of(String what, String text) {
    return of(what, text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * The id that {@link #toByteArray} shows so: a number where the bytes are one of 64 bits in
   * decimal, without a sign and without leading zeros; a text otherwise.
   *
   * @param what names the id in the error, such as "user"
   * @throws IllegalArgumentException if there are none or too many
   */
  public static Id parse(String what, byte[] shown) {
    return isNumber(shown)
        ? of(Long.parseUnsignedLong(new String(shown, StandardCharsets.US_ASCII)))
        : of(what, shown);
  }

  private static boolean isNumber(byte[] shown) {
    if (shown.length == 0
        || shown.length > LARGEST_NUMBER.length()
        || (shown[0] == '0' && shown.length > 1)) {
      return false;
    }
    for (byte each : shown) {
      if (each < '0' || each > '9') {
        return false;
      }
    }
    return shown.length < LARGEST_NUMBER.length()
        || new String(shown, StandardCharsets.US_ASCII).compareTo(LARGEST_NUMBER) <= 0;
  }

  /**
   * The next id of {@code reader}.
   *
   * @throws ByteReader.MalformedException when there is none
   */
  public static Id read(ByteReader reader) {
    long start = reader.position();
    int length = 0;
    int most = (int) Math.min(MAX_ENCODED_BYTES, reader.remaining());
    while (length < most && reader.readByte() != 0) {
      length++;
    }
    if (length == most) {
      throw new ByteReader.MalformedException("an id without an end at " + start);
    }
    reader.position(start);
    return new Id(reader.readBytes(length + 1, new Slice()).toByteArray());
  }

  /** Its form in a key. The array is the id's own: it is not to be changed. */
  public byte[] encoded() {
    return encoded;
  }

  /**
   * Its form in a key as one number, where that has no more than eight bytes: no other id has the
   * same. 0: it is longer.
   */
  public long word() {
    return word;
  }

  /** The number, where it is one. */
  public Optional<Long> number() {
    if (encoded[0] >= TEXT) {
      return Optional.empty();
    }
    long number = 0;
    for (byte next : raw()) {
      number = number << Byte.SIZE | Byte.toUnsignedLong(next);
    }
    return Optional.of(number);
  }

  /** The bytes of the text; those of the decimal form where it is a number. */
  public byte[] toByteArray() {
    return number()
        .map(number -> Long.toUnsignedString(number).getBytes(StandardCharsets.US_ASCII))
        .orElseGet(this::raw);
  }

  @Override
  public int compareTo(Id other) {
    return Arrays.compareUnsigned(encoded, other.encoded);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Id that
        && hash == that.hash
        && word == that.word
        && (word != 0 || Arrays.equals(encoded, that.encoded));
  }

  @Override
  public int hashCode() {
    return hash;
  }

  /** The number or the text; where the bytes are no UTF-8, {@code hex:} and hexadecimal digits. */
  @Override
  public String toString() {
    byte[] bytes = toByteArray();
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return "hex:" + HexFormat.of().formatHex(bytes);
    }
  }

  private byte[] raw() {
    ByteArrayOutputStream raw = new ByteArrayOutputStream(encoded.length);
    for (int i = 1; i < encoded.length - 1; i++) {
      raw.write(encoded[i] == ESCAPE ? encoded[++i] - 1 : encoded[i]);
    }
    return raw.toByteArray();
  }

  /**
   * FNV-1a, whose bits all depend on all bytes: ids that follow one another, as most do, would
   * share a tenth of the hash codes of {@link Arrays#hashCode}.
   */
  private static int hash(byte[] bytes) {
    long hash = HASH_BEGIN;
    for (byte next : bytes) {
      hash = (hash ^ Byte.toUnsignedLong(next)) * HASH_FACTOR;
    }
    return (int) (hash ^ hash >>> 32);
  }

  /** The bytes behind one another; the last one is 00, and so no beginning of others. */
  private static long word(byte[] bytes) {
    if (bytes.length > Long.BYTES) {
      return 0;
    }
    long word = 0;
    for (byte next : bytes) {
      word = word << Byte.SIZE | Byte.toUnsignedLong(next);
    }
    return word;
  }

  private static byte[] encode(int kind, byte[] raw) {
    int length = raw.length + 2;
    for (byte next : raw) {
      length += isEscaped(next) ? 1 : 0;
    }
    byte[] encoded = new byte[length];
    int at = 0;
    encoded[at++] = (byte) kind;
    for (byte next : raw) {
      if (isEscaped(next)) {
        encoded[at++] = ESCAPE;
        encoded[at++] = (byte) (next + 1);
      } else {
        encoded[at++] = next;
      }
    }
    return encoded;
  }

  private static boolean isEscaped(byte next) {
    return next == 0 || next == ESCAPE;
  }
}
