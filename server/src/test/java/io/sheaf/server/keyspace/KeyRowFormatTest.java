package io.sheaf.server.keyspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.coding.Slice;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/**
 * The bytes of a key's row are those that docs/server.md says, and nothing else is taken for one.
 */
final class KeyRowFormatTest {
  private static final byte[] KEY = {1, 2, 3};

  @Test
  void aString() {
    StringRow row = new StringRow(KeyRow.NEVER, new byte[] {'a', 'b'});
    assertEquals("106162", hex(row));
    assertEquals(row.value(), ((StringRow) decoded("106162")).value());
  }

  @Test
  void aStringThatExpires() {
    assertEquals("1100000000000003e861", hex(new StringRow(1_000, new byte[] {'a'})));
    assertEquals(1_000, decoded("1100000000000003e861").expireAtMillis());
  }

  @Test
  void aStream() {
    StreamRow row =
        new StreamRow(
            KeyRow.NEVER, 7, 2, 3, new StreamId(1, 2), new StreamId(3, 4), new StreamId(5, 6), 1);
    String expected =
        "12"
            + "000000000000000700000000000000020000000000000003"
            + "00000000000000010000000000000002"
            + "00000000000000030000000000000004"
            + "00000000000000050000000000000006"
            + "00000001";
    assertEquals(expected, hex(row));
    assertEquals(row, decoded(expected));
    assertEquals(row.withExpireAtMillis(9), decoded(hex(row.withExpireAtMillis(9))));
  }

  @Test
  void aLargeString() {
    assertEquals("14", hexOfHead(KeyRow.NEVER));
    assertEquals("1500000000000003e8", hexOfHead(1_000));
    assertThrows(IllegalStateException.class, () -> decoded("14")); // the value lies elsewhere
  }

  private static String hexOfHead(long expireAtMillis) {
    KeyHead head = KeyHead.of(new StringRow(expireAtMillis, new byte[128]));
    byte[] encoded = new byte[KeyRowFormat.headBytes(head)];
    KeyRowFormat.encodeHead(head, Slice.of(encoded));
    assertEquals(head, KeyRowFormat.decodeHead(KEY, Slice.of(encoded)));
    return HexFormat.of().formatHex(encoded);
  }

  @Test
  void refusesWhatItDoesNotKnow() {
    for (String damaged : new String[] {"", "2061", "1661", "1461", "11000000", "1200"}) {
      IllegalStateException refused =
          assertThrows(IllegalStateException.class, () -> decoded(damaged), damaged);
      String message = String.valueOf(refused.getMessage());
      assertTrue(message.contains("of table 'key'"), message);
    }
  }

  private static String hex(KeyRow row) {
    byte[] encoded = new byte[KeyRowFormat.bytes(row)];
    KeyRowFormat.encode(row, Slice.of(encoded));
    KeyHead head = KeyRowFormat.decodeHead(KEY, Slice.of(encoded));
    assertEquals(KeyHead.of(row), head);
    return HexFormat.of().formatHex(encoded);
  }

  private static KeyRow decoded(String hex) {
    return KeyRowFormat.decode(KEY, Slice.of(HexFormat.of().parseHex(hex)));
  }
}
