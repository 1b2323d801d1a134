package io.sheaf.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HistoryCommandTest {
  @TempDir private Path directory;
  private Path store;

  @BeforeEach
  void importLog() throws IOException {
    store = directory.resolve("store");
    String log =
        IntStream.range(0, 100)
            .mapToObj(i -> "[10:" + (10 + i / 2) + "] <n\u00e9" + i % 3 + "> text " + i + "\n")
            .collect(Collectors.joining());
    Path file = directory.resolve("2008-04-27.txt");
    Files.write(file, log.getBytes(StandardCharsets.ISO_8859_1));
    CommandRun.of("import", "irc", "--store", store, "--no-progress", file).succeeds();
  }

  @Test
  void printsTheNewestOldestFirst() {
    assertEquals(
        List.of("2008-04-27 10:58 <n\\xe91> text 97", "2008-04-27 10:59 <n\\xe92> text 98"),
        history("--channel", "#ubuntu", "--last", 3).subList(0, 2));
    assertEquals(50, history("--channel", "#ubuntu").size());
    assertEquals(100, history("--channel", "#ubuntu", "--last", 1000).size());
  }

  @Test
  void goesOnFromATime() {
    List<String> lines = history("--channel", "#ubuntu", "--from", "2008-04-27 10:20");
    assertEquals("2008-04-27 10:20 <n\\xe92> text 20", lines.getFirst());
    assertEquals(50, lines.size());
    assertEquals(3, history("--channel", "#ubuntu", "--from", "2008-04-27", "--limit", 3).size());
    assertEquals(List.of(), history("--channel", "#ubuntu", "--from", "2008-04-28"));
  }

  @Test
  void findsNamesThatAreNoText() {
    List<String> lines = history("--sender", "hex:6ee930", "--json");
    assertEquals(34, lines.size());
    assertEquals("6ee930", JsonParser.object(lines.getFirst()).get("senderHex"));
  }

  @Test
  void saysWhichNamesThereAre() {
    CommandRun.of("history", "--store", store, "--channel", "#java")
        .failsSaying("no channel '#java' in " + store + "; there is #ubuntu");
    CommandRun.of("history", "--store", store, "--sender", "eve").failsSaying("hex:6ee930");
  }

  @Test
  void saysThatThereIsNoStore() throws IOException {
    CommandRun.of("history", "--store", directory, "--channel", "x")
        .failsSaying("is not a Sheaf store");
    Path missing = directory.resolve("missing");
    CommandRun.of("history", "--store", missing, "--channel", "x").failsSaying("no such directory");
    assertTrue(Files.notExists(missing));
  }

  private List<String> history(Object... arguments) {
    Object[] all = new Object[arguments.length + 3];
    System.arraycopy(new Object[] {"history", "--store", store}, 0, all, 0, 3);
    System.arraycopy(arguments, 0, all, 3, arguments.length);
    return CommandRun.of(all).succeeds().lines();
  }
}
