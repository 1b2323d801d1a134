package io.sheaf.lsm.version;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.coding.Crc32c;
import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.FileHeader;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.io.UnsupportedFormatException;
import io.sheaf.lsm.stats.Counter;
import io.sheaf.lsm.stats.Statistics;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A small manifest of a snapshot and three edits, cut, damaged and mixed up in every way. */
class ManifestReaderTest {
  private static final Path DIRECTORY = Path.of("/store");
  private static final long NUMBER = 5;
  private static final Path MANIFEST = DIRECTORY.resolve(FileNames.of(FileKind.MANIFEST, NUMBER));

  private final TornFiles files = new TornFiles();
  private final Statistics statistics = new Statistics();
  private final List<Version> versions = new ArrayList<>();
  private final List<Integer> recordEnds = new ArrayList<>();
  private byte[] whole = new byte[0];

  @BeforeEach
  void writeManifest() throws IOException {
    AtomicLong numbers = new AtomicLong(100);
    RandomStore store =
        new RandomStore(new Random(11), numbers::getAndIncrement, (kind, number, size) -> {});
    FileLedger ledger = new FileLedger();
    Version version = RandomStore.EMPTY;
    for (int i = 0; i < 4; i++) {
      VersionStep step = VersionBuilder.apply(version, ledger, store.next());
      ledger.follow(step);
      version = step.version();
    }
    versions.add(version);
    try (ManifestWriter writer =
        ManifestWriter.create(files, DIRECTORY, NUMBER, version, numbers.get(), statistics)) {
      recordEnds.add((int) writer.sizeBytes());
      for (int i = 0; i < 3; i++) {
        VersionStep step = VersionBuilder.apply(version, ledger, store.next());
        ledger.follow(step);
        version = step.version();
        versions.add(version);
        writer.append(step.edit(), numbers.get(), version.nextTableId());
        recordEnds.add((int) writer.sizeBytes());
        writer.markSynced();
      }
    }
    whole = files.bytes(MANIFEST);
  }

  @Test
  void comesBack() throws IOException {
    assertEquals(versions.getLast(), replay(whole).version());
    assertTrue(replay(whole).nextFileNumber() > 100);
    assertEquals(whole.length, statistics.get(Counter.MANIFEST_BYTES));
  }

  @Test
  void cutAnywhereIsAPrefixOrRefused() throws IOException {
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      if (length < recordEnds.getFirst()) {
        assertRefused(cut, "cut at " + length);
      } else {
        assertEquals(versionAt(length), replay(cut).version(), "cut at " + length);
      }
    }
  }

  @Test
  void tornTailIsAbsentWhateverItHolds() throws IOException {
    Random random = new Random(3);
    int from = recordEnds.get(1) + ManifestFormat.FRAME_BYTES;
    for (int length = from; length < recordEnds.get(2); length++) {
      byte[] zeros = Arrays.copyOf(Arrays.copyOf(whole, length), whole.length);
      zeros[recordEnds.get(2) - 1] = (byte) ~whole[recordEnds.get(2) - 1]; // or it might be whole
      assertEquals(versions.get(1), replay(zeros).version(), "zeros from " + length);
      byte[] garbage = new byte[whole.length];
      random.nextBytes(garbage);
      System.arraycopy(whole, 0, garbage, 0, length);
      assertEquals(versions.get(1), replay(garbage).version(), "garbage from " + length);
    }
    assertTrue(tornAfter(Arrays.copyOf(whole, recordEnds.get(2) - 1)));
    assertFalse(tornAfter(whole));
  }

  @Test
  void everyFlippedBitIsRefused() throws IOException {
    int lastMark = recordEnds.getLast();
    for (int bit = 0; bit < whole.length * 8; bit++) {
      byte[] flipped = whole.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      if (bit / 8 < lastMark) {
        assertRefused(flipped, "bit " + bit);
      } else { // nobody has said that the last mark was synced, and it says nothing that is missed
        assertEquals(versions.getLast(), replay(flipped).version(), "bit " + bit);
      }
    }
  }

  @Test
  void flippedBitInARecordThatMayNotBeSyncedIsATornTail() throws IOException {
    int end = recordEnds.getLast();
    int begin = recordEnds.get(recordEnds.size() - 2) + ManifestFormat.FRAME_BYTES;
    for (int bit = begin * 8; bit < end * 8; bit++) {
      byte[] flipped = Arrays.copyOf(whole, end);
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      assertEquals(versions.get(versions.size() - 2), replay(flipped).version(), "bit " + bit);
    }
  }

  @Test
  void damageIsNamedWithFileAndOffsetAndTheWayOut() {
    byte[] flipped = whole.clone();
    int body = recordEnds.get(1) + 2 * ManifestFormat.FRAME_BYTES;
    flipped[body + 3] ^= 1;
    CorruptionException damage = assertRefused(flipped, "flipped");
    assertEquals(body, damage.offset());
    assertEquals(MANIFEST.toString(), damage.file());
    assertTrue(
        String.valueOf(damage.getMessage()).contains("./sheaf repair --store DIR --into NEWDIR"));
  }

  @Test
  void damagedLengthAsksForNoMemory() {
    byte[] huge = whole.clone();
    ByteBuffer bytes = ByteBuffer.wrap(huge).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(FileHeader.BYTES + 16, Integer.MAX_VALUE);
    assertRefused(huge, "length, checksum wrong");
    int checksum =
        new Crc32c()
            .begin(FileHeader.place(NUMBER, RandomStore.ID.value()), FileHeader.BYTES)
            .update(bytes.slice(FileHeader.BYTES + 4, ManifestFormat.FRAME_BYTES - 4))
            .value();
    bytes.putInt(FileHeader.BYTES, checksum);
    assertRefused(huge, "length, checksum right");
  }

  @Test
  void swappedRecordsAndOtherManifestsAreRefused() {
    byte[] repeated = Arrays.copyOf(whole, whole.length * 2);
    System.arraycopy(whole, FileHeader.BYTES, repeated, FileHeader.BYTES + 16, 200);
    assertRefused(repeated, "moved by 16 bytes");
    Path other = DIRECTORY.resolve(FileNames.of(FileKind.MANIFEST, NUMBER + 1));
    files.put(other, whole);
    assertThrows(
        CorruptionException.class,
        () -> ManifestReplay.of(files, DIRECTORY, NUMBER + 1, RandomStore.PREFIXES));
  }

  @Test
  void missingManifestIsNamed() {
    CorruptionException missing =
        assertThrows(
            CorruptionException.class,
            () -> ManifestReplay.of(files, DIRECTORY, 77, RandomStore.PREFIXES));
    assertTrue(String.valueOf(missing.getMessage()).contains("000077.manifest"));
  }

  @Test
  void newerFormatIsRefusedByName() {
    byte[] newer = whole.clone();
    newer[8]++;
    files.put(MANIFEST, newer);
    UnsupportedFormatException refusal =
        assertThrows(
            UnsupportedFormatException.class,
            () -> ManifestReplay.of(files, DIRECTORY, NUMBER, RandomStore.PREFIXES));
    assertTrue(String.valueOf(refusal.getMessage()).contains("newer release"));
  }

  @Test
  void editThatDoesNotApplyIsDamage() throws IOException {
    files.delete(MANIFEST);
    Version version = versions.getFirst();
    try (ManifestWriter writer =
        ManifestWriter.create(files, DIRECTORY, NUMBER, version, 1000, statistics)) {
      writer.append(VersionEdit.of(new VersionEdit.DropTable(99)), 1000, version.nextTableId());
    }
    CorruptionException damage = assertRefused(files.bytes(MANIFEST), "no table 99");
    assertTrue(String.valueOf(damage.getMessage()).contains("no table 99"));
  }

  @Test
  void emptySnapshotIsAsLongAsAnUnfinishedCreationIsTaken() throws IOException {
    Path first = DIRECTORY.resolve(FileNames.of(FileKind.MANIFEST, 1));
    ManifestWriter.create(files, DIRECTORY, 1, RandomStore.EMPTY, 2, statistics).close();
    assertEquals(
        FileHeader.BYTES + ManifestFormat.FRAME_BYTES + ManifestFormat.EMPTY_SNAPSHOT_BYTES,
        files.size(first));
  }

  private Version versionAt(int length) {
    Version version = versions.getFirst();
    for (int i = 0; i < versions.size() && recordEnds.get(i) <= length; i++) {
      version = versions.get(i);
    }
    return version;
  }

  private ManifestReplay replay(byte[] bytes) throws IOException {
    files.put(MANIFEST, bytes);
    return ManifestReplay.of(files, DIRECTORY, NUMBER, RandomStore.PREFIXES);
  }

  private boolean tornAfter(byte[] bytes) throws IOException {
    files.put(MANIFEST, bytes);
    try (ManifestReader reader =
        ManifestReader.open(files, MANIFEST, NUMBER, RandomStore.PREFIXES)) {
      while (reader.next() != null) {
        assertFalse(reader.torn());
      }
      assertNull(reader.next());
      return reader.torn();
    }
  }

  private CorruptionException assertRefused(byte[] bytes, String how) {
    files.put(MANIFEST, bytes);
    IOException refusal =
        assertThrows(
            IOException.class,
            () -> ManifestReplay.of(files, DIRECTORY, NUMBER, RandomStore.PREFIXES),
            how);
    if (refusal instanceof CorruptionException damage) {
      return damage;
    }
    assertInstanceOf(UnsupportedFormatException.class, refusal, how);
    return new CorruptionException("", 0, "", "");
  }
}
