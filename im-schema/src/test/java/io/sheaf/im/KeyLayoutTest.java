package io.sheaf.im;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.im.model.SentMessage;
import io.sheaf.im.table.KeyLayout;
import io.sheaf.im.table.Keys;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.cursor.Cursor;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.io.MemoryFileSystem;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The keys that a service writes read as they are told to. */
final class KeyLayoutTest {
  @Test
  void readsEveryKeyOfEveryTable() throws Exception {
    try (SmallIm small = new SmallIm(new MemoryFileSystem(), ImOptions.DEFAULT)) {
      small.withTeam(SmallIm.ANN, SmallIm.BOB);
      SentMessage sent = small.send(SmallIm.ANN, "hello");
      small.im.reactions().set(SmallIm.BOB, SmallIm.TEAM, sent.id(), "+1", true);
      Set<String> shown = new TreeSet<>();
      for (Table table : small.db.tables()) {
        Optional<KeyLayout> layout = KeyLayout.of(table.name());
        assertEquals(table.name().equals("index_state"), layout.isEmpty(), table.name());
        if (layout.isPresent()) {
          try (Cursor row = small.db.cursor(table, CursorOptions.ALL)) {
            while (row.next()) {
              Optional<String> text = layout.get().text(row.key());
              assertTrue(text.isPresent(), table.name() + ": " + row.key());
              shown.add(table.name() + ": " + text.get());
            }
          }
        }
      }
      String message = "conversation team, message " + sent.id() + " of 2023-11-14T22:13:20Z";
      assertTrue(shown.contains("conversation_message: " + message), shown.toString());
      assertTrue(
          shown.contains("message_reaction: " + message + ", sign +1, user bob"), shown.toString());
      assertTrue(
          shown.contains(
              "index:sender: owner team, kind conversation, value ann, message "
                  + message.substring(message.indexOf("message ") + "message ".length())
                  + ", conversation team"),
          shown.toString());
      assertTrue(shown.contains("sync_cursor: user bob, device phone"), shown.toString());
    }
  }

  @Test
  void readsBeginningsAndRefusesTheRest() {
    KeyLayout layout = KeyLayout.of("conversation_message").orElseThrow();
    Slice prefix = Slice.of(Keys.of(SmallIm.TEAM.id()));
    assertEquals(Optional.of("conversation team"), layout.text(prefix));
    assertEquals(Optional.empty(), layout.text(Slice.utf8("no id")));
    assertEquals(
        Optional.empty(), layout.text(Slice.of(Keys.of(SmallIm.TEAM.id(), SmallIm.ANN.id()))));
    assertTrue(layout.timeMillis(prefix).isEmpty());
  }
}
