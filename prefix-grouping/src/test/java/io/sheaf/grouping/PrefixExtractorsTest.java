package io.sheaf.grouping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.coding.TestSeed;
import io.sheaf.lsm.key.PrefixExtractor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PrefixExtractorsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "whole",
        "fixed:1",
        "fixed:3",
        "fixed:8",
        "delimited:58",
        "delimited:255",
        "delimited:0",
        "length-prefixed:1",
        "length-prefixed:2"
      })
  void aRuleKeepsTheContract(String name) {
    PrefixExtractor rule = PrefixExtractors.parse(name);
    assertEquals(name, rule.name());
    assertEquals(rule, PrefixExtractors.parse(rule.name()));
    long seed = TestSeed.next();
    List<Slice> keys = keysInOrder(seed);
    Set<Slice> seen = new HashSet<>();
    Map<Slice, Boolean> hasSuffix = new HashMap<>();
    Slice last = new Slice();
    for (Slice key : keys) {
      int length = rule.prefixLength(key);
      assertTrue(length >= 0 && length <= key.length(), () -> key + ", seed " + seed);
      Slice prefix = Slice.copyOf(new Slice().set(key, 0, length));
      hasSuffix.merge(prefix, length < key.length(), Boolean::logicalOr);
      if (!prefix.equals(last)) {
        assertTrue(seen.add(prefix), () -> prefix + " stands in two places, seed " + seed);
        Slice before = last;
        assertTrue(before.compareTo(prefix) < 0, () -> prefix + " after " + before + ", " + seed);
        last = prefix;
      }
    }
    for (Slice prefix : seen) {
      for (Slice key : keys) {
        if (key.startsWith(prefix) && hasSuffix.getOrDefault(prefix, false)) {
          assertEquals(prefix.length(), rule.prefixLength(key), () -> key + ", seed " + seed);
        }
      }
    }
  }

  private static List<Slice> keysInOrder(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] alphabet = {0, 1, 2, ':', 'a', (byte) 0xFF};
    Set<Slice> keys = new HashSet<>();
    for (int i = 0; i < 3_000; i++) {
      byte[] key = new byte[1 + random.nextInt(10)];
      for (int j = 0; j < key.length; j++) {
        key[j] = alphabet[random.nextInt(alphabet.length)];
      }
      keys.add(Slice.of(key));
    }
    List<Slice> inOrder = new ArrayList<>(keys);
    inOrder.sort(null);
    return inOrder;
  }

  @Test
  void prefixesOfSomeKeys() {
    assertEquals(8, new FixedPrefix(8).prefixLength(Slice.utf8("12345678abc")));
    assertEquals(3, new FixedPrefix(8).prefixLength(Slice.utf8("123")));
    assertEquals(4, new DelimitedPrefix((byte) ':').prefixLength(Slice.utf8("cid:a:b")));
    assertEquals(1, new DelimitedPrefix((byte) ':').prefixLength(Slice.utf8(":a")));
    assertEquals(3, new DelimitedPrefix((byte) ':').prefixLength(Slice.utf8("cid")));
    assertEquals(3, new LengthPrefixed(1).prefixLength(Slice.of(new byte[] {2, 9, 9, 5})));
    assertEquals(4, new LengthPrefixed(2).prefixLength(Slice.of(new byte[] {0, 2, 9, 9, 5})));
    assertEquals(2, new LengthPrefixed(2).prefixLength(Slice.of(new byte[] {1, 0})));
    assertEquals(1, new LengthPrefixed(2).prefixLength(Slice.of(new byte[] {1})));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "fixed",
        "fixed:",
        "fixed:x",
        "fixed:0",
        "fixed:-1",
        "delimited:256",
        "other:1",
        "length-prefixed:3",
        "Whole"
      })
  void anUnknownNameIsRefused(String name) {
    assertThrows(IllegalArgumentException.class, () -> PrefixExtractors.parse(name));
  }

  @Test
  void theMessageListsTheKnownNames() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> PrefixExtractors.parse("hash:3"))
            .toString();
    for (String part : List.of("hash:3", "whole", "fixed", "delimited", "length-prefixed")) {
      assertTrue(message.contains(part), message);
    }
  }
}
