package io.sheaf.cli.im;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.cli.CommandRun;
import io.sheaf.cli.JsonParser;
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
        history("--conversation", "#ubuntu", "--last", 3).subList(0, 2));
    assertEquals(50, history("--conversation", "#ubuntu").size());
    assertEquals(100, history("--conversation", "#ubuntu", "--last", 1000).size());
  }

  @Test
  void goesOnFromATime() {
    List<String> lines = history("--conversation", "#ubuntu", "--from", "2008-04-27 10:20");
    assertEquals("2008-04-27 10:20 <n\\xe92> text 20", lines.getFirst());
    assertEquals(50, lines.size());
    assertEquals(
        3, history("--conversation", "#ubuntu", "--from", "2008-04-27", "--limit", 3).size());
    assertEquals(
        history("--conversation", "#ubuntu", "--from", "1971-01-01"),
        history("--conversation", "#ubuntu", "--from", "1970-01-01"));
    assertEquals(List.of(), history("--conversation", "#ubuntu", "--from", "2008-04-28"));
  }

  @Test
  void findsNamesThatAreNoText() {
    List<String> lines = history("--conversation", "#ubuntu", "--sender", "hex:6ee930", "--json");
    assertEquals(34, lines.size());
    assertEquals("6ee930", JsonParser.object(lines.getFirst()).get("senderHex"));
  }

  @Test
  void showsWhatAMemberSees() {
    List<String> all = history("--conversation", "#ubuntu", "--last", 1000);
    assertEquals(all, history("--conversation", "#ubuntu", "--user", "hex:6ee930", "--last", 1000));
    CommandRun.of("im", "history", "--store", store, "--conversation", "#ubuntu", "--user", "eve")
        .failsSaying("'eve' is no member of the conversation '#ubuntu'");
  }

  @Test
  void saysWhichConversationsThereAre() {
    CommandRun.of("im", "history", "--store", store, "--conversation", "#java")
        .failsSaying("no conversation '#java' here; there is #ubuntu");
  }

  @Test
  void saysThatThereIsNoStore() throws IOException {
    CommandRun.of("im", "history", "--store", directory, "--conversation", "x")
        .failsSaying("is not a Sheaf store");
    Path missing = directory.resolve("missing");
    CommandRun.of("im", "history", "--store", missing, "--conversation", "x")
        .failsSaying("no such directory");
    assertTrue(Files.notExists(missing));
  }

  private List<String> history(Object... arguments) {
    Object[] all = new Object[arguments.length + 4];
    System.arraycopy(new Object[] {"im", "history", "--store", store}, 0, all, 0, 4);
    System.arraycopy(arguments, 0, all, 4, arguments.length);
    return CommandRun.of(all).succeeds().lines();
  }
}
