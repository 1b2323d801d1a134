package io.sheaf.lsm.db;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.coding.ByteReader.MalformedException;
import io.sheaf.lsm.coding.Slice;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WriteBatchVisitTest {
  private static final byte DELETE_RANGE = 2;
  private static final byte TABLE = 7;

  /** Shows a range delete as the log has it. */
  private static List<String> visited(char from, char to) {
    List<String> seen = new ArrayList<>();
    byte[] stored = {DELETE_RANGE, TABLE, 1, (byte) from, 1, (byte) to};
    WriteBatch.visit(
        MemorySegment.ofArray(stored),
        0,
        stored.length,
        new WriteBatch.Visitor() {
          @Override
          public void put(int tableId, Slice key, Slice value) {
            seen.add("put");
          }

          @Override
          public void delete(int tableId, Slice key) {
            seen.add("delete");
          }

          @Override
          public void deleteRange(int tableId, Slice start, Slice end) {
            seen.add(tableId + " " + start + " " + end);
          }
        });
    return seen;
  }

  @ParameterizedTest
  @CsvSource({"b,a", "b,b"})
  void anEmptyRangeIsNoChange(char from, char to) {
    assertEquals(1, visited('a', 'b').size());
    MalformedException refused = assertThrows(MalformedException.class, () -> visited(from, to));
    assertTrue(String.valueOf(refused.getMessage()).contains("is empty"), refused::toString);
  }
}
