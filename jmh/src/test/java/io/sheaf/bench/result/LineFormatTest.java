package io.sheaf.bench.result;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.bench.result.Line.Point;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LineFormatTest {
  private static final List<Line> LINES =
      List.of(
          new Line.Progress("load", 123, 10_000_000_000L, "rows"),
          new Line.Measurement("load", "rows a second", "rows/s", true, 123.25),
          new Line.Measurement("load", "batch write, 50 %", "µs", false, 1e-9),
          new Line.Curve(
              "load", "batch write", "µs", List.of(new Point(99.99, 7), new Point(100, 8.5))),
          new Line.Note("a \"quoted\" \\ note\nof two lines, \u2028 and \u0001"),
          new Line.Failure("get-cold", "row 17 of user 3 is missing"));

  @Test
  void whatIsPrintedIsParsedAgain() {
    for (Line line : LINES) {
      String text = LineFormat.print(line);
      assertEquals(1, text.lines().count(), text);
      assertEquals(line, LineFormat.parse(text));
    }
  }

  @Test
  void theLinesOfTheWireAreUnderstood() {
    assertEquals(
        new Line.Measurement("load", "r", "rows/s", false, 1),
        LineFormat.parse(
            "{\"kind\":\"result\",\"phase\":\"load\",\"metric\":\"r\",\"unit\":\"rows/s\","
                + "\"better\":\"lower\",\"value\":1}"));
    assertEquals(
        new Line.Curve("load", "w", "µs", List.of(new Point(50, 11))),
        LineFormat.parse(
            "{\"kind\":\"curve\",\"phase\":\"load\",\"name\":\"w\",\"unit\":\"µs\","
                + "\"points\":[[50,11.0]]}"));
  }

  @Test
  void whatIsNoLineIsRefused() {
    for (String text :
        new String[] {
          "{}",
          "{",
          "[]",
          "{\"kind\":\"song\"}",
          "{\"kind\":\"note\"}",
          "{\"kind\":\"note\",\"text\":1}",
          "{\"kind\":\"progress\",\"phase\":\"load\",\"done\":\"x\",\"total\":1,\"unit\":\"rows\"}",
          "{\"kind\":\"result\",\"phase\":\"p\",\"metric\":\"m\",\"unit\":\"u\",\"better\":\"x\",\"value\":1}",
          "{\"kind\":\"curve\",\"phase\":\"p\",\"name\":\"n\",\"unit\":\"u\",\"points\":[[1]]}",
        }) {
      assertThrows(IllegalArgumentException.class, () -> LineFormat.parse(text), text);
    }
  }

  @Test
  void theOutputWritesTheseLines() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Output output = new JsonLinesOutput(new PrintStream(bytes, false, StandardCharsets.US_ASCII));
    output.progress("load", 123, 10_000_000_000L, "rows");
    output.result("load", "rows a second", "rows/s", true, 123.25);
    output.result("load", "batch write, 50 %", "µs", false, 1e-9);
    output.curve("load", "batch write", "µs", new double[] {99.99, 100}, new double[] {7, 8.5});
    output.note("a \"quoted\" \\ note\nof two lines, \u2028 and \u0001");
    output.failure("get-cold", "row 17 of user 3 is missing");
    assertEquals(
        LINES, bytes.toString(StandardCharsets.UTF_8).lines().map(LineFormat::parse).toList());
  }

  @Test
  void whatIsNoNumberIsSaidInWords() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new JsonLinesOutput(new PrintStream(bytes, false, StandardCharsets.UTF_8))
        .result("load", "rows a second", "rows/s", true, Double.NaN);
    Line line = LineFormat.parse(bytes.toString(StandardCharsets.UTF_8).strip());
    assertTrue(line instanceof Line.Note(String text) && text.contains("rows a second"), "" + line);
  }
}
