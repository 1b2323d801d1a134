package io.sheaf.cli.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sheaf.engine.inspect.Finding;
import io.sheaf.engine.inspect.RowRange;
import io.sheaf.im.id.MessageId;
import io.sheaf.lsm.coding.Slice;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How findings are printed. */
final class FindingListTest {
  private static final byte[] CONVERSATION = {0x20, '#', 'g', 'o', 0};

  @Test
  void keysOfImTablesAreNamed() {
    long message = MessageId.firstAt(1_700_000_000_000L).value();
    RowRange rows =
        new RowRange("conversation_message", position(message), position(message + 7), 3);
    assertEquals(
        "table conversation_message, from conversation #go, message "
            + message
            + " of 2023-11-14T22:13:20Z to conversation #go, message "
            + (message + 7)
            + " of 2023-11-14T22:13:20Z, 3 rows",
        printed(rows));
  }

  @Test
  void otherKeysAreShownAsTheyAre() {
    RowRange rows = new RowRange("chat", position(1), position(1), RowRange.UNKNOWN);
    assertEquals(rows.toString(), printed(rows));
  }

  private static RowRange.Position position(long message) {
    byte[] suffix = ByteBuffer.allocate(Long.BYTES).putLong(message).array();
    return new RowRange.Position(Slice.of(CONVERSATION), Slice.of(suffix));
  }

  /** What is printed of the rows, below the line of the finding. */
  private static String printed(RowRange rows) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    FindingList.print(
        new PrintStream(out, true, StandardCharsets.UTF_8),
        List.of(new Finding("000007.val", 44, "broken", rows)));
    List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
    assertEquals("  000007.val at 44: broken", lines.getFirst());
    return lines.getLast().strip();
  }
}
