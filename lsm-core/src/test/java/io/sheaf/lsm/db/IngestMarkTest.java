package io.sheaf.lsm.db;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.coding.Slice;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class IngestMarkTest {
  @Test
  void namesEachTableOnce() {
    IngestMark mark = IngestMark.of(List.of("inbox", "größe", "inbox"));
    assertEquals(Slice.utf8("ingest inbox,größe"), mark.key());
    assertTrue(mark.mayName("inbox"));
    assertTrue(mark.mayName("größe"));
    assertFalse(mark.mayName("box"));
    assertFalse(mark.mayName("in"));
  }

  @Test
  void mayNameAnyTableWhereItCannotNameAll() {
    List<String> names = IntStream.range(0, 5).mapToObj(i -> "é".repeat(254) + i).toList();
    IngestMark mark = IngestMark.of(names);
    assertTrue(mark.key().length() <= 1 << 10);
    for (String name : names) {
      assertTrue(mark.mayName(name), name);
    }
    IngestMark all = IngestMark.of(names.subList(0, 1));
    assertTrue(all.mayName(names.get(0)));
    assertFalse(all.mayName(names.get(1)));
  }

  @Test
  void anotherMarkNamesNone() {
    assertFalse(new IngestMark(Slice.utf8("other inbox")).mayName("inbox"));
  }
}
