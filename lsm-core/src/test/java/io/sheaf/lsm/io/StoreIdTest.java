package io.sheaf.lsm.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.coding.GrowableBuffer;
import org.junit.jupiter.api.Test;

class StoreIdTest {
  private static final StoreId ID = StoreId.of(0x0A0B_0C0D);

  @Test
  void eachLogOfAStoreNamesIt() throws ForeignFileException {
    ID.check("log", 1, ID.value());
    ForeignFileException other =
        assertThrows(ForeignFileException.class, () -> ID.check("log", 1, 0xF0F0_F0F0));
    String message = String.valueOf(other.getMessage());
    assertTrue(message.contains("0a0b0c0d") && message.contains("f0f0f0f0"), message);
    assertThrows(ForeignFileException.class, () -> ID.check("log", 1, 0));
  }

  @Test
  void logsThatAreOlderThanTheIdNameNone() throws ForeignFileException {
    StoreId later = ID.from(10);
    later.check("log", 9, 0);
    later.check("log", 10, ID.value());
    assertThrows(ForeignFileException.class, () -> later.check("log", 9, ID.value()));
    assertThrows(ForeignFileException.class, () -> later.check("log", 10, 0));
  }

  @Test
  void aStoreWithoutAnIdTakesAnyLog() throws ForeignFileException {
    StoreId.NONE.check("log", 1, ID.value());
    StoreId.NONE.check("log", 1, 0);
    assertThrows(IllegalArgumentException.class, () -> StoreId.NONE.from(1));
  }

  @Test
  void theHeaderSaysIt() {
    try (GrowableBuffer header = new GrowableBuffer(FileHeader.BYTES)) {
      FileHeader.append(FileKind.LOG, 5, ID.value(), header);
      FileHeader.Fields fields = FileHeader.Fields.of(header.byteBuffer(0, FileHeader.BYTES));
      assertEquals(ID.value(), fields.storeId());
      assertTrue(fields.isOf(FileKind.LOG, 5) && !fields.isOf(FileKind.LOG, 6));
    }
    assertEquals(5, FileHeader.place(5, 0));
    assertEquals(0x0A0B_0C0D_0000_0005L, FileHeader.place(5, ID.value()));
  }

  @Test
  void aRandomOneIsKnown() {
    assertTrue(StoreId.random().isKnown());
    assertEquals("none", StoreId.NONE.toString());
  }
}
