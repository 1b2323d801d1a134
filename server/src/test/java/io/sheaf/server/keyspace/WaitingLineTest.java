package io.sheaf.server.keyspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who is told, and in which order. */
final class WaitingLineTest {
  private static final byte[] NAME = "key".getBytes(StandardCharsets.US_ASCII);
  private static final Key KEY = new Key(NAME);
  private static final Key GROUP = new Key("group".getBytes(StandardCharsets.US_ASCII));

  private final KeyListeners listeners = new KeyListeners();
  private final List<String> told = new ArrayList<>();

  private KeyListeners.Turn turn(String name) {
    return listeners.waitInLine(List.of(KEY), GROUP, () -> told.add(name));
  }

  private List<String> told() {
    List<String> names = List.copyOf(told);
    told.clear();
    return names;
  }

  @Test
  void onlyTheFirstIsToldUntilItGoes() {
    KeyListeners.Turn a = turn("a");
    assertEquals(List.of("a"), told()); // there may be something already
    KeyListeners.Turn b = turn("b");
    KeyListeners.Turn c = turn("c");
    assertEquals(List.of(), told());
    listeners.changed(NAME, false); // while a looks
    assertEquals(List.of(), told());
    a.lookedInVain();
    assertEquals(List.of("a"), told());
    a.lookedInVain();
    assertEquals(List.of(), told());
    listeners.changed(NAME, false);
    assertEquals(List.of("a"), told());
    a.close();
    assertEquals(List.of("b"), told());
    c.lookedInVain(); // it is not its turn
    assertEquals(List.of(), told());
    c.close();
    b.close();
    b.close();
    assertTrue(listeners.keys().isEmpty());
    listeners.changed(NAME, false);
    assertEquals(List.of(), told());
  }

  @Test
  void listenersAreToldInTheOrderInWhichTheyCame() {
    List<KeyListeners.Listening> all = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      String name = "listener " + i;
      all.add(listeners.listen(List.of(KEY), () -> told.add(name)));
      expected.add(name);
    }
    all.remove(7).close();
    expected.remove(7);
    listeners.changed(NAME, false);
    assertEquals(expected, told());
    all.forEach(KeyListeners.Listening::close);
    assertTrue(listeners.keys().isEmpty());
  }
}
