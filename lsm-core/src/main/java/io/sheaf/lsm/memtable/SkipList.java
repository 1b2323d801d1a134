package io.sheaf.lsm.memtable;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.key.EntryKind;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * An ordered list of entries with express lanes, off the heap: keys rise, the versions of one key
 * fall by sequence number.
 *
 * <p><b>A node</b>, named by the address of its byte 0:
 *
 * <pre>
 *   -4·l  int   next node on lane l, for 1 ≤ l &lt; height
 *      0  int   next node on lane 0, the whole list            (published)
 *      4  int   previous node on lane 0                        (published)
 *      8  long  sequence &lt;&lt; 8 | has an older version &lt;&lt; 1 | kind
 *     16  int   length of the key in bytes
 *     20  int   length of the value in bytes
 *    [24  long  write time, where times are kept]
 *               key, value
 * </pre>
 *
 * <p>The key's first eight bytes decide most comparisons and lie in the cache line of the node.
 *
 * <p><b>Publication.</b> A node is written in full before the release that links it on lane 0; a
 * reader follows links with acquire, so whatever it reaches is complete. Nodes are never changed
 * but for their links, and never removed. The newest version of a key is put before the older ones,
 * and nothing ever comes between a version and the next older one: so the bit 'has an older
 * version' is known when the node is made and never changes.
 *
 * <p><b>Source.</b> W. Pugh, "Skip Lists: A Probabilistic Alternative to Balanced Trees", CACM
 * 33(6), 1990, with p = 1/4. Back links and the bit for versions are ours: a single writer can keep
 * them, and they make a step back as cheap as a step ahead.
 */
final class SkipList implements AutoCloseable {
  /** A sequence number that sorts before every version of a key. */
  static final long BEFORE_VERSIONS = Long.MAX_VALUE;

  /** A sequence number that sorts behind every version of a key. */
  static final long BEHIND_VERSIONS = -1;

  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final VarHandle LINK = INT.varHandle().withInvokeExactBehavior();

  private static final int PREVIOUS = 4;
  private static final int META = 8;
  private static final int KEY_LENGTH = 16;
  private static final int VALUE_LENGTH = 20;
  private static final int TIME = 24;
  private static final int SMALLEST_NODE_BYTES = 40; // eight bytes of key can always be read

  private static final int KIND_BIT = 1;
  private static final int OLDER_BIT = 2;
  private static final int SEQUENCE_SHIFT = 8;

  /** Enough for 4^13 entries. */
  private static final int MAX_HEIGHT = 13;

  private final ChunkArena arena;
  private final boolean keepsTimes;
  private final int keyOffset;
  private final int head;

  // Of the writer alone.
  private final int[] path = new int[MAX_HEIGHT];
  private int newest;
  private long random = 0x9E37_79B9_7F4A_7C15L;

  SkipList(boolean keepsTimes, ChunkPool chunks) {
    this.arena = new ChunkArena(chunks);
    this.keepsTimes = keepsTimes;
    this.keyOffset = keepsTimes ? TIME + Long.BYTES : TIME;
    int start = arena.allocate(SMALLEST_NODE_BYTES + MAX_HEIGHT * ChunkArena.UNIT_BYTES);
    head = start + MAX_HEIGHT - 1;
    MemorySegment segment = arena.segment(head);
    long offset = ChunkArena.offset(head);
    for (int lane = 0; lane < MAX_HEIGHT; lane++) {
      segment.set(INT, offset - 4L * lane, 0);
    }
    segment.set(INT, offset + PREVIOUS, 0);
    segment.set(LONG, offset + META, 0);
    Arrays.fill(path, head);
    newest = head;
  }

  /** The node before the first entry. */
  int head() {
    return head;
  }

  long memoryBytes() {
    return arena.memoryBytes();
  }

  void insert(long sequence, EntryKind kind, long timeMillis, Slice key, Slice value) {
    int height = randomHeight();
    int keyLength = key.length();
    int valueLength = value.length();
    long size = (long) keyOffset + keyLength + valueLength;
    int start =
        arena.allocate(Math.max(size, SMALLEST_NODE_BYTES) + (height - 1L) * ChunkArena.UNIT_BYTES);
    int node = start + height - 1;
    findPath(key);
    int before = path[0];
    int behind = next(before);

    MemorySegment segment = arena.segment(node);
    long offset = ChunkArena.offset(node);
    boolean older = behind != 0 && compareKey(behind, key, key.head()) == 0;
    segment.set(
        LONG, offset + META, sequence << SEQUENCE_SHIFT | (older ? OLDER_BIT : 0) | kind.code());
    segment.set(INT, offset + KEY_LENGTH, keyLength);
    segment.set(INT, offset + VALUE_LENGTH, valueLength);
    if (keepsTimes) {
      segment.set(LONG, offset + TIME, timeMillis);
    }
    key.copyTo(segment, offset + keyOffset);
    value.copyTo(segment, offset + keyOffset + keyLength);
    segment.set(INT, offset + PREVIOUS, before);
    for (int lane = 0; lane < height; lane++) {
      segment.set(INT, offset - 4L * lane, next(path[lane], lane));
    }
    for (int lane = 0; lane < height; lane++) {
      setLink(path[lane], -4L * lane, node);
      path[lane] = node;
    }
    if (behind != 0) {
      setLink(behind, PREVIOUS, node);
    }
    newest = node;
  }

  /** Lets {@link #path} hold, for each lane, the last node before all versions of {@code key}. */
  private void findPath(Slice key) {
    long keyHead = key.head();
    if (newest != head && compareKey(newest, key, keyHead) < 0) {
      int behind = next(newest);
      if (behind == 0 || compareKey(behind, key, keyHead) >= 0) {
        return; // right behind the entry inserted last, whose path it shares
      }
    }
    int node = head;
    int known = 0; // a node already found not to be before the key
    for (int lane = MAX_HEIGHT - 1; lane >= 0; lane--) {
      for (int ahead = next(node, lane); ahead != 0 && ahead != known; ahead = next(node, lane)) {
        if (compareKey(ahead, key, keyHead) >= 0) {
          known = ahead;
          break;
        }
        node = ahead;
      }
      path[lane] = node;
    }
  }

  /**
   * The first node that does not sort before version {@code sequence} of {@code key}; 0: there is
   * none. It is not the same as {@link #next} of {@link #lastBefore}: a writer may come in between
   * the two.
   */
  int firstFrom(Slice key, long sequence) {
    return search(key, sequence, true);
  }

  /** The last node that sorts before version {@code sequence} of {@code key}, or the head. */
  int lastBefore(Slice key, long sequence) {
    return search(key, sequence, false);
  }

  /** The two neighbours between which the version belongs, as one moment had them: one of them. */
  private int search(Slice key, long sequence, boolean behind) {
    long keyHead = key.head();
    int node = head;
    int known = 0;
    for (int lane = MAX_HEIGHT - 1; lane >= 0; lane--) {
      for (int ahead = next(node, lane); ahead != 0 && ahead != known; ahead = next(node, lane)) {
        int order = compareKey(ahead, key, keyHead);
        if (order > 0 || (order == 0 && sequence(ahead) <= sequence)) {
          known = ahead;
          break;
        }
        node = ahead;
      }
    }
    return behind ? known : node;
  }

  /** The last node, or the head when there is none. */
  int last() {
    int node = head;
    for (int lane = MAX_HEIGHT - 1; lane >= 0; lane--) {
      for (int ahead = next(node, lane); ahead != 0; ahead = next(node, lane)) {
        node = ahead;
      }
    }
    return node;
  }

  /** The next node, 0 behind the last. */
  int next(int node) {
    return (int) LINK.getAcquire(arena.segment(node), ChunkArena.offset(node));
  }

  private int next(int node, int lane) {
    return (int) LINK.getAcquire(arena.segment(node), ChunkArena.offset(node) - 4L * lane);
  }

  /** The node before, which is the head for the first. */
  int previous(int node) {
    return (int) LINK.getAcquire(arena.segment(node), ChunkArena.offset(node) + PREVIOUS);
  }

  private void setLink(int node, long field, int to) {
    LINK.setRelease(arena.segment(node), ChunkArena.offset(node) + field, to);
  }

  /** Whether the next node is an older version of the same key; false for the head. */
  boolean hasOlder(int node) {
    return (meta(node) & OLDER_BIT) != 0;
  }

  long sequence(int node) {
    return meta(node) >>> SEQUENCE_SHIFT;
  }

  EntryKind kind(int node) {
    return (meta(node) & KIND_BIT) != 0 ? EntryKind.PUT : EntryKind.DELETE;
  }

  private long meta(int node) {
    return arena.segment(node).get(LONG, ChunkArena.offset(node) + META);
  }

  long timeMillis(int node) {
    return keepsTimes ? arena.segment(node).get(LONG, ChunkArena.offset(node) + TIME) : 0;
  }

  int valueLength(int node) {
    return arena.segment(node).get(INT, ChunkArena.offset(node) + VALUE_LENGTH);
  }

  /** Points {@code into} at the key of {@code node}. */
  void key(int node, Slice into) {
    MemorySegment segment = arena.segment(node);
    long offset = ChunkArena.offset(node);
    into.set(segment, offset + keyOffset, segment.get(INT, offset + KEY_LENGTH));
  }

  /** Points {@code into} at the value of {@code node}. */
  void value(int node, Slice into) {
    MemorySegment segment = arena.segment(node);
    long offset = ChunkArena.offset(node);
    into.set(
        segment,
        offset + keyOffset + segment.get(INT, offset + KEY_LENGTH),
        segment.get(INT, offset + VALUE_LENGTH));
  }

  boolean hasKey(int node, Slice key) {
    return compareKey(node, key, key.head()) == 0;
  }

  private int compareKey(int node, Slice key, long keyHead) {
    MemorySegment segment = arena.segment(node);
    long start = ChunkArena.offset(node) + keyOffset;
    int length = segment.get(INT, start - keyOffset + KEY_LENGTH);
    long nodeHead = Slice.head(segment, start, length);
    if (nodeHead != keyHead) {
      return Long.compareUnsigned(nodeHead, keyHead);
    }
    return Slice.compare(segment, start, length, key.segment(), key.offset(), key.length());
  }

  private int randomHeight() {
    // xorshift64: G. Marsaglia, "Xorshift RNGs", 2003.
    random ^= random << 13;
    random ^= random >>> 7;
    random ^= random << 17;
    return Math.min(MAX_HEIGHT, 1 + Long.numberOfTrailingZeros(random) / 2);
  }

  @Override
  public void close() {
    arena.close();
  }
}
