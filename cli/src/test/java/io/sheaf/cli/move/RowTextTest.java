package io.sheaf.cli.move;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rows that were written as text are read as they were. */
final class RowTextTest {
  private static final String[] HARD = {
    "",
    "\"",
    "\\",
    ",",
    "\n",
    "\r",
    "\r\n",
    "\"\"",
    "\t",
    " ",
    "\0",
    "\u001f",
    "\u2028",
    "é",
    "😀",
    "\"a,b\"\r\n",
    "\\u0041",
    "\uFEFF"
  };

  @ParameterizedTest
  @EnumSource(RowForm.class)
  void everyRowComesBack(RowForm form) throws IOException {
    long seed = Long.getLong("sheaf.test.seed", System.nanoTime());
    System.out.println("replay with -Dsheaf.test.seed=" + seed);
    SplittableRandom random = new SplittableRandom(seed);
    List<Row> rows = new ArrayList<>();
    for (String hard : HARD) {
      rows.add(new Row("t" + hard.strip(), bytes(hard), bytes(hard)));
      rows.add(new Row("t", bytes("a" + hard + "b"), bytes(hard + hard)));
    }
    for (int i = 0; i < 2_000; i++) {
      rows.add(new Row("table", some(random), some(random)));
    }
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    RowWriter writer = form.writer(text);
    for (Row row : rows) {
      writer.row(row);
    }
    RowReader reader = form.reader(new ByteArrayInputStream(text.toByteArray()));
    for (Row row : rows) {
      Row read = reader.next((name, options) -> {});
      assertTrue(read != null, "too few rows, seed " + seed);
      assertEquals(row.table(), read.table());
      assertArrayEquals(row.key(), read.key(), "seed " + seed);
      assertArrayEquals(row.value(), read.value(), "seed " + seed);
    }
    assertEquals(null, reader.next((name, options) -> {}));
  }

  /** Bytes of any kind, or a few of those that mean something in a form. */
  private static byte[] some(SplittableRandom random) {
    if (random.nextBoolean()) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(6); i > 0; i--) {
        text.append(HARD[random.nextInt(HARD.length)]);
      }
      return bytes(text.toString());
    }
    byte[] some = new byte[random.nextInt(40)];
    random.nextBytes(some);
    return some;
  }

  @ParameterizedTest
  @EnumSource(RowForm.class)
  void whatIsNoRowIsNamed(RowForm form) throws IOException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    form.writer(text).row(new Row("t", bytes("k"), bytes("v")));
    for (String wrong :
        new String[] {
          "{\"table\":\"t\"",
          "{}",
          "[1]",
          "x",
          "a,b",
          "t,text,k,morse,v",
          "t,hex,0,text,v",
          "\"",
          "{\"table\":\"t\",\"keyHex\":\"0\",\"value\":\"\"}"
        }) {
      byte[] all = (text.toString(StandardCharsets.UTF_8) + wrong).getBytes(StandardCharsets.UTF_8);
      RowReader reader = form.reader(new ByteArrayInputStream(all));
      assertTrue(reader.next((name, options) -> {}) != null);
      MalformedRowException e =
          assertThrows(
              MalformedRowException.class, () -> reader.next((name, options) -> {}), wrong);
      int line = form == RowForm.CSV ? 3 : 2;
      assertTrue(String.valueOf(e.getMessage()).startsWith("line " + line + ": "), e.getMessage());
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
