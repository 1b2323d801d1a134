package io.sheaf.lsm.key;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class EntryKindTest {
  @Test
  void codesAreStoredAndStay() {
    assertEquals(0, EntryKind.DELETE.code());
    assertEquals(1, EntryKind.PUT.code());
  }

  @Test
  void codesComeBack() {
    for (EntryKind kind : EntryKind.values()) {
      assertSame(kind, EntryKind.ofCode(kind.code()));
    }
    assertThrows(IllegalArgumentException.class, () -> EntryKind.ofCode(2));
    assertThrows(IllegalArgumentException.class, () -> EntryKind.ofCode(-1));
  }
}
