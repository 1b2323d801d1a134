package io.sheaf.grouping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.key.PrefixExtractor;
import io.sheaf.lsm.memtable.ChunkPool;
import io.sheaf.lsm.memtable.MemTable;
import io.sheaf.lsm.memtable.SkipListMemTable;
import io.sheaf.lsm.value.SeparationPolicy;
import io.sheaf.lsm.version.TableOptions;
import org.junit.jupiter.api.Test;

final class PrefixGroupingTest {
  @Test
  void aTableWithPrefixesGetsAGroupedMemTable() {
    MemTable.Factory factory = PrefixGrouping.memTables();
    try (MemTable grouped = factory.create(new FixedPrefix(8), false, ChunkPool.keepingNone());
        MemTable plain = factory.create(PrefixExtractor.WHOLE_KEY, true, ChunkPool.keepingNone())) {
      assertInstanceOf(GroupedMemTable.class, grouped);
      assertInstanceOf(SkipListMemTable.class, plain);
    }
  }

  @Test
  void aGroupIsSeparatedFromTheThresholdOn() {
    SeparationPolicy policy =
        PrefixGrouping.policy(
            TableOptions.DEFAULT.withSeparationBytes(4_000).withBlockBytes(20_000, 4_096));
    assertEquals(20_000, policy.targetBlockBytes());
    assertFalse(policy.separates(3_999, 100));
    assertTrue(policy.separates(4_000, 1));
    assertTrue(policy.separates(1L << 40, 1));
  }

  @Test
  void aGroupWithAllItsRowsTogetherIsSeparatedWhenItFillsABlock() {
    SeparationPolicy policy = new GroupSizePolicy(4_000, 20_000);
    assertFalse(policy.separatesWhole(19_999, 100));
    assertTrue(policy.separatesWhole(20_000, 1));
    assertTrue(new GroupSizePolicy(40_000, 20_000).separates(40_000, 1));
    assertFalse(new GroupSizePolicy(40_000, 20_000).separatesWhole(39_999, 1));
  }

  @Test
  void aBlockStaysWhenItIsFullEnoughAndMostlyAlive() {
    SeparationPolicy policy = new GroupSizePolicy(4_000, 32_000);
    assertTrue(policy.carriesOver(32_000, 32_000));
    assertTrue(policy.carriesOver(24_000, 32_000));
    assertFalse(policy.carriesOver(23_999, 32_000), "a quarter of it is garbage");
    assertTrue(policy.carriesOver(16_000, 16_000));
    assertFalse(policy.carriesOver(15_999, 15_999), "it is less than half of a full block");
    assertTrue(policy.carriesOver(64 << 20, 64 << 20), "one large value is a block of its own");
    assertFalse(policy.carriesOver(0, 64 << 20));
  }

  @Test
  void aTableMayKeepItsValuesInline() {
    assertSame(
        SeparationPolicy.NEVER,
        PrefixGrouping.policy(
            TableOptions.DEFAULT.withSeparationBytes(TableOptions.NEVER_SEPARATE)));
  }

  @Test
  void sizesAreChecked() {
    assertThrows(IllegalArgumentException.class, () -> new GroupSizePolicy(0, 1));
    assertThrows(IllegalArgumentException.class, () -> new GroupSizePolicy(1, 0));
  }
}
