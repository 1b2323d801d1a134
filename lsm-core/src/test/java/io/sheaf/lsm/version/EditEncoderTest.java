package io.sheaf.lsm.version;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.coding.ByteReader;
import io.sheaf.lsm.coding.ByteReader.MalformedException;
import io.sheaf.lsm.coding.GrowableBuffer;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.coding.TestSeed;
import io.sheaf.lsm.value.ValueFileMetadata;
import io.sheaf.lsm.version.FileMetadata.ValueShare;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class EditEncoderTest {
  private static final EditDecoder DECODER = new EditDecoder(RandomStore.PREFIXES);

  @Test
  void everyChangeComesBack() throws IOException {
    long seed = TestSeed.next();
    AtomicLong numbers = new AtomicLong(1);
    RandomStore store =
        new RandomStore(new Random(seed), numbers::getAndIncrement, (kind, number, size) -> {});
    Set<Class<?>> seen = new HashSet<>();
    for (int i = 0; i < 500; i++) {
      VersionEdit edit = store.next();
      assertEquals(edit, DECODER.decode(ByteReader.of(encoded(edit))), "seed " + seed);
      assertEquals(edit.changes().size(), EditText.lines(edit).size());
      edit.changes().forEach(change -> seen.add(change.getClass()));
    }
    VersionEdit removal = VersionEdit.of(new VersionEdit.RemoveValueFile(3, 1L << 40));
    assertEquals(removal, DECODER.decode(ByteReader.of(encoded(removal))));
    seen.add(VersionEdit.RemoveValueFile.class);
    VersionEdit named = VersionEdit.of(new VersionEdit.NamedFrom(1L << 40));
    assertEquals(named, DECODER.decode(ByteReader.of(encoded(named))));
    seen.add(VersionEdit.NamedFrom.class);
    assertEquals(Set.of(VersionEdit.Change.class.getPermittedSubclasses()), seen);
  }

  @Test
  void extremesComeBack() throws IOException {
    FileMetadata file =
        new FileMetadata(
            Long.MAX_VALUE,
            Integer.MAX_VALUE,
            Long.MAX_VALUE,
            0,
            Long.MAX_VALUE,
            -1,
            new Slice(),
            Slice.of(new byte[100_000]),
            new Slice(),
            new Slice(),
            0,
            -1,
            Long.MIN_VALUE,
            0,
            0,
            0,
            0,
            0,
            List.of(new ValueShare(Long.MAX_VALUE, -1, 0)));
    VersionEdit edit =
        VersionEdit.of(
            new VersionEdit.AddFile(Integer.MAX_VALUE, -1, file),
            new VersionEdit.AddValueFile(
                new ValueFileMetadata(-1, Integer.MAX_VALUE, -1, -1, -1, -1, -1)));
    assertEquals(edit, DECODER.decode(ByteReader.of(encoded(edit))));
    assertEquals(
        new VersionEdit(List.of()),
        DECODER.decode(ByteReader.of(encoded(new VersionEdit(List.of())))));
  }

  @Test
  void whatEndsTooEarlyIsMalformed() throws IOException {
    AtomicLong numbers = new AtomicLong(1);
    RandomStore store =
        new RandomStore(new Random(1), numbers::getAndIncrement, (kind, number, size) -> {});
    List<VersionEdit.Change> changes = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      changes.addAll(store.next().changes());
    }
    byte[] whole = encoded(new VersionEdit(changes)).toByteArray();
    for (int length = 0; length < whole.length; length++) {
      Slice cut = Slice.of(whole, 0, length);
      assertThrows(
          MalformedException.class, () -> DECODER.decode(ByteReader.of(cut)), "at " + length);
    }
  }

  @Test
  void unknownCodesAreMalformed() {
    for (byte code : new byte[] {0, 10, (byte) 0xFF}) {
      Slice bytes = Slice.of(new byte[] {1, code, 0, 0, 0, 0, 0});
      assertThrows(MalformedException.class, () -> DECODER.decode(ByteReader.of(bytes)));
    }
  }

  @Test
  void unknownPrefixRuleIsNamed() {
    TableDescriptor table =
        new TableDescriptor(1, "messages", TableOptions.DEFAULT.withPrefix(RandomStore.FIRST_BYTE));
    Slice bytes = encoded(VersionEdit.of(new VersionEdit.CreateTable(table)));
    EditDecoder plain = new EditDecoder(PrefixResolver.DEFAULT);
    IOException refusal = assertThrows(IOException.class, () -> plain.decode(ByteReader.of(bytes)));
    String message = String.valueOf(refusal.getMessage());
    assertTrue(message.contains("'messages'") && message.contains("'first-byte'"), message);
  }

  private static Slice encoded(VersionEdit edit) {
    try (GrowableBuffer buffer = new GrowableBuffer(16)) {
      EditEncoder.encode(edit, buffer);
      return Slice.copyOf(new Slice().set(buffer.segment(), 0, buffer.size()));
    }
  }
}
