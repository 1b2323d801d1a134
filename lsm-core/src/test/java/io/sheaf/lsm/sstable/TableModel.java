package io.sheaf.lsm.sstable;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.key.EntryKind;
import io.sheaf.lsm.key.PrefixExtractor;
import io.sheaf.lsm.value.ValueReference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Random entries in the order of a table, and what reads of them must yield. */
final class TableModel {
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Entry(
      Slice key, long sequence, EntryKind kind, long timeMillis, byte[] value, boolean separated) {}

  /** Versions of each key, newest first. */
  final NavigableMap<Slice, List<Entry>> keys = new TreeMap<>();

  final PrefixExtractor extractor;
  final boolean keepsTimes;
  final int blockBytes;
  private final List<Slice> inOrder;
  private final Random random;
  private final Map<Slice, Boolean> separatedGroups = new HashMap<>();
  private final boolean zeroSequences;
  private final boolean gaps;

  TableModel(Random random) {
    this.random = random;
    this.keepsTimes = random.nextBoolean();
    this.blockBytes = 1 << (7 + random.nextInt(8));
    this.zeroSequences = random.nextInt(5) == 0;
    this.gaps = random.nextInt(3) == 0;
    int shape = random.nextInt(6);
    this.extractor =
        switch (shape) {
          case 0 -> PrefixExtractor.WHOLE_KEY;
          case 1 -> TableFixture.fixed(0);
          case 2 -> TableFixture.fixed(3);
          default -> TableFixture.fixed(8);
        };
    int count = 1 + random.nextInt(random.nextBoolean() ? 30 : 2000);
    int prefixes = 1 + random.nextInt(random.nextBoolean() ? 3 : 200);
    for (int i = 0; i < count; i++) {
      byte[] key =
          shape <= 2
              ? bytes(random.nextInt(random.nextInt(20) == 0 ? 300 : 12), 4)
              : TableFixture.key(random.nextInt(prefixes), suffix());
      addVersions(Slice.of(key));
    }
    this.inOrder = List.copyOf(keys.keySet());
  }

  private long suffix() {
    return switch (random.nextInt(4)) {
      case 0 -> random.nextLong();
      case 1 -> random.nextInt(100);
      default -> 1L << 40 | random.nextInt(1 << 24);
    };
  }

  private byte[] bytes(int length, int letters) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (random.nextInt(letters) * (255 / letters));
    }
    return bytes;
  }

  private void addVersions(Slice key) {
    int versions =
        zeroSequences || random.nextInt(4) > 0
            ? 1
            : random.nextInt(50) == 0 ? 700 : 1 + random.nextInt(4);
    List<Entry> entries = new ArrayList<>();
    long sequence = 1_000_000L + random.nextInt(1_000_000);
    Slice prefix = new Slice().set(key, 0, extractor.prefixLength(key));
    boolean separated = separatedGroups.computeIfAbsent(prefix, group -> random.nextBoolean());
    for (int i = 0; i < versions; i++) {
      boolean delete = random.nextInt(8) == 0;
      byte[] value = delete ? new byte[0] : bytes(random.nextInt(40), 200);
      entries.add(
          new Entry(
              key,
              zeroSequences ? 0 : sequence,
              delete ? EntryKind.DELETE : EntryKind.PUT,
              keepsTimes ? 1_700_000_000_000L + random.nextInt(1 << 20) : 0,
              value,
              separated && !delete && random.nextInt(30) > 0));
      sequence -= 1 + random.nextInt(100);
    }
    keys.putIfAbsent(key, entries);
  }

  /** Writes all entries. */
  void write(TableBuilder builder, MapValueStore values) throws IOException {
    List<Entry> entries = forward();
    List<ValueReference> references = new ArrayList<>();
    for (Entry entry : entries) {
      ValueReference reference = new ValueReference();
      if (entry.separated()) {
        if (gaps && random.nextInt(4) == 0) {
          values.append(new byte[random.nextInt(20)], reference);
        }
        values.append(entry.value(), reference);
        if (values.blockBytes() > 1000) {
          values.endBlock();
          if (random.nextInt(10) == 0) {
            values.nextFile();
          }
        }
      }
      references.add(reference);
    }
    values.endBlock();
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      if (entry.separated()) {
        builder.addReference(entry.key(), entry.sequence(), entry.timeMillis(), references.get(i));
      } else {
        builder.add(
            entry.key(),
            entry.sequence(),
            entry.kind(),
            entry.timeMillis(),
            Slice.of(entry.value()));
      }
    }
  }

  /** All entries in rising order of keys. */
  List<Entry> forward() {
    return keys.values().stream().flatMap(List::stream).toList();
  }

  /** Entries that a forward cursor shows from {@code target} on. */
  Stream<Entry> from(Slice target) {
    return keys.tailMap(target, true).values().stream().flatMap(List::stream);
  }

  /** Entries that a reverse cursor shows from {@code target} on. */
  Stream<Entry> backFrom(Slice target, boolean inclusive) {
    return keys.headMap(target, inclusive).descendingMap().values().stream().flatMap(List::stream);
  }

  /** All entries in falling order of keys. */
  Stream<Entry> reverse() {
    return keys.descendingMap().values().stream().flatMap(List::stream);
  }

  /** The newest version of {@code key} up to {@code snapshot}. */
  @Nullable Entry get(Slice key, long snapshot) {
    for (Entry entry : keys.getOrDefault(key, Collections.emptyList())) {
      if (entry.sequence() <= snapshot) {
        return entry;
      }
    }
    return null;
  }

  /** A key that is in the table, or near one, or anything. */
  Slice someKey() {
    byte[] key = inOrder.get(random.nextInt(inOrder.size())).toByteArray();
    switch (random.nextInt(4)) {
      case 0 -> {
        if (key.length > 0) {
          key[key.length - 1] = (byte) (key[key.length - 1] + (random.nextBoolean() ? 1 : -1));
        }
      }
      case 1 -> key = Arrays.copyOf(key, random.nextInt(key.length + 3));
      case 2 -> key = bytes(random.nextInt(20), 4);
      default -> {}
    }
    return Slice.of(key);
  }
}
