package io.sheaf.server.keyspace;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Slots are those of Redis Cluster. */
final class KeyPlaceTest {
  @Test
  void slotsAreThoseOfTheSpecification() {
    assertEquals(12_739, slot("123456789"));
    assertEquals(slot("user1000"), slot("{user1000}.following"));
    assertEquals(slot("bar"), slot("foo{bar}{zap}"));
    assertEquals(slot("{bar"), slot("foo{{bar}}zap"));
  }

  @Test
  void emptyBracesAreNoTag() {
    assertEquals(0, slot(""));
    assertNotEquals(0, slot("hello{}"));
  }

  @Test
  void aRowKeyHasItsKey() {
    byte[] key = bytes("some key");
    byte[] rowKey = KeyPlace.rowKey(key);
    assertArrayEquals(key, KeyPlace.key(rowKey));
    assertEquals(KeyPlace.of(key), KeyPlace.place(rowKey));
    assertEquals(KeyPlace.slot(key), KeyPlace.of(key) >>> 50);
  }

  private static int slot(String key) {
    return KeyPlace.slot(bytes(key));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
