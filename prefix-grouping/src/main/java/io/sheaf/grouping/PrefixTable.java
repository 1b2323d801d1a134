package io.sheaf.grouping;

import io.sheaf.lsm.coding.Slice;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Finds the group of a prefix in O(1): an open hash table with linear probing. A slot holds the
 * upper half of the prefix's hash and, in its lower half, the address of the group:
 *
 * <pre>
 *   63           32 31            0
 *   +--------------+--------------+
 *   |     hash     |    group     |    0: empty
 *   +--------------+--------------+
 * </pre>
 *
 * The uppermost bits of the hash choose the slot, so that the table doubles in one pass from front
 * to back; the rest tell groups apart without looking at them.
 *
 * <p><b>Publication.</b> A slot is released when its group is complete, and never changed after. A
 * table that is outgrown is left as it is to the readers that still look into it, and a new one
 * released. That is why the slots are an array on the heap: the garbage collector knows when the
 * last reader has left. Rows and prefixes are not here.
 *
 * <p><b>Thread safety.</b> One writer, any number of readers.
 */
final class PrefixTable {
  private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(long[].class);
  private static final int FIRST_SLOTS = 64;
  private static final long GROUP_MASK = 0xFFFF_FFFFL;

  private final Groups groups;
  private volatile long[] slots = new long[FIRST_SLOTS];
  private int used;

  PrefixTable(Groups groups) {
    this.groups = groups;
  }

  /** The group whose prefix is the first {@code length} bytes of {@code key}; 0: none. */
  int find(long hash, Slice key, int length) {
    long[] table = slots;
    int mask = table.length - 1;
    for (int i = slotOf(hash, table.length); ; i = (i + 1) & mask) {
      long slot = (long) SLOT.getAcquire(table, i);
      if (slot == 0) {
        return 0;
      }
      if ((slot ^ hash) >>> 32 == 0 && groups.comparePrefix((int) slot, key, length) == 0) {
        return (int) slot;
      }
    }
  }

  /** Adds a group that is not there yet. */
  void add(long hash, int group) {
    if (used >= slots.length / 4 * 3) {
      grow();
    }
    place(slots, (hash & ~GROUP_MASK) | (group & GROUP_MASK));
    used++;
  }

  /** Lets go of the slots; a cursor that waits to be used again may still know the memtable. */
  void clear() {
    slots = new long[FIRST_SLOTS];
    used = 0;
  }

  private void grow() {
    long[] outgrown = slots;
    long[] grown = new long[outgrown.length * 2];
    for (long slot : outgrown) {
      if (slot != 0) {
        place(grown, slot);
      }
    }
    slots = grown;
  }

  private static void place(long[] table, long slot) {
    int mask = table.length - 1;
    int i = slotOf(slot, table.length);
    while (table[i] != 0) {
      i = (i + 1) & mask;
    }
    SLOT.setRelease(table, i, slot);
  }

  private static int slotOf(long hash, int slots) {
    return (int) (hash >>> (Long.numberOfLeadingZeros(slots) + 1));
  }

  /** Size of the slots in bytes. */
  long memoryBytes() {
    return (long) slots.length * Long.BYTES;
  }
}
