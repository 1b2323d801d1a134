package io.sheaf.lsm.coding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

final class Crc32cTest {
  private static final byte[] BYTES = "123456789".getBytes(StandardCharsets.US_ASCII);

  @Test
  void isTheChecksumOfPlaceAndBytes() {
    CRC32C plain = new CRC32C();
    plain.update(BYTES);
    assertEquals(0xE3069283L, plain.getValue()); // the check value of the CRC's definition
    plain.reset();
    plain.update(
        ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(17).putLong(4096).flip());
    plain.update(BYTES);
    Crc32c crc = new Crc32c().begin(17, 4096);
    assertEquals((int) plain.getValue(), crc.update(BYTES, 0, BYTES.length).value());
    assertEquals(
        (int) plain.getValue(), crc.begin(17, 4096).update(ByteBuffer.wrap(BYTES)).value());
  }

  @Test
  void anotherPlaceIsAnotherChecksum() {
    Crc32c crc = new Crc32c();
    Set<Integer> seen = new HashSet<>();
    for (long file = 0; file < 100; file++) {
      for (long offset = 0; offset < 800; offset += 8) {
        seen.add(crc.begin(file, offset).update(BYTES, 0, BYTES.length).value());
      }
    }
    assertEquals(10_000, seen.size());
    assertNotEquals(crc.begin(1, 2).value(), crc.begin(2, 1).value());
  }

  @Test
  void piecesAddUp() {
    Crc32c crc = new Crc32c();
    int whole = crc.begin(1, 2).update(BYTES, 0, BYTES.length).value();
    ByteBuffer direct = ByteBuffer.allocateDirect(16).put(BYTES).flip().limit(5);
    crc.begin(1, 2).update(direct);
    assertEquals(0, direct.remaining());
    assertEquals(whole, crc.update(BYTES, 5, 4).value());
  }
}
