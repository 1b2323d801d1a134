package io.sheaf.testdata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;

final class MessageFormatTest {
  private static final StandardWorkload WORKLOAD = new StandardWorkload(100_000, 1_000, 42);
  private static final Pattern MESSAGE =
      Pattern.compile(
          "\\{\"sender\":\"([1-9][0-9]{9})\",\"type\":\"(text|link|file|call)\",\"time\":([0-9]{13}),"
              + "\"text\":\"([a-z .,?]*)\",\"fileKey\":\"([A-Za-z0-9+/]*)\"\\}");
  private static final int BLOCK_BYTES = 32 * 1024;

  @Test
  void isJson() {
    for (long row = 0; row < 10_000; row++) {
      Matcher message = message(row);
      assertEquals(MessageId.millisOf(WORKLOAD.idOfRow(row)), Long.parseLong(message.group(3)));
    }
  }

  @Test
  void theLongestBodyFits() {
    long row = 0;
    while (WORKLOAD.valueOf(row).length < 5_000) {
      row++;
    }
    assertTrue(message(row).group(4).length() > 3_500);
    byte[] target = new byte[MessageFormat.MAX_VALUE_BYTES];
    MessageText text = new MessageText(1);
    text.copy(-1L, target, 0, BodyLength.MAX_BYTES);
    assertEquals(0, target[BodyLength.MAX_BYTES]);
    assertTrue(target[0] != ' ' && target[BodyLength.MAX_BYTES - 1] != 0);
  }

  @Test
  void rowsHaveTheirMeanSizeAndAFifthOfNoise() {
    double rowBytes = 0;
    double noiseBytes = 0;
    for (long row = 0; row < 100_000; row++) {
      byte[] value = WORKLOAD.valueOf(row);
      rowBytes += RowKey.BYTES + value.length;
      if (row < 20_000) {
        noiseBytes += 5 * message(row).group(5).length();
      }
    }
    assertEquals(427, rowBytes / 100_000, 4);
    assertEquals(0.195, noiseBytes / rowBytes, 0.01);
  }

  @Test
  void sendersOfAUserAreFewAndUneven() {
    UserRows rows = new UserRows(WORKLOAD);
    Map<String, Integer> messagesOfSender = new HashMap<>();
    for (int back = 0; back < 500; back++) {
      messagesOfSender.merge(message(rows.newestRow(0, back)).group(1), 1, Integer::sum);
    }
    assertTrue(messagesOfSender.size() > 20 && messagesOfSender.size() <= 32);
    assertTrue(messagesOfSender.values().stream().anyMatch(count -> count > 20));
  }

  @Test
  void compressesLikeMessages() {
    UserRows rows = new UserRows(WORKLOAD);
    double raw = 0;
    double compressed = 0;
    for (int rank = 0; rank < 20; rank++) {
      ByteArrayOutputStream block = new ByteArrayOutputStream();
      for (int back = 0; block.size() < BLOCK_BYTES; back++) {
        block.writeBytes(WORKLOAD.valueOf(rows.newestRow(rank, back)));
      }
      raw += block.size();
      compressed += deflatedBytes(block.toByteArray());
    }
    assertEquals(0.42, compressed / raw, 0.03);
  }

  private static Matcher message(long row) {
    String value = new String(WORKLOAD.valueOf(row), StandardCharsets.US_ASCII);
    Matcher matcher = MESSAGE.matcher(value);
    assertTrue(matcher.matches(), value);
    return matcher;
  }

  private static int deflatedBytes(byte[] block) {
    try (Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION)) {
      deflater.setInput(block);
      deflater.finish();
      return deflater.deflate(new byte[2 * block.length]);
    }
  }
}
