package io.sheaf.cli.irc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.cli.CommandRun;
import io.sheaf.cli.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ImportIrcCommandTest {
  private static final String[] MORNING = {
    "=== ann has joined #ubuntu",
    "[04:46] <ann> hello",
    "[04:46] <bob> caf\u00e9 in latin-1",
    "[04:47]  * ann waves",
    "[04:48] <ann>",
    "not a line of a log"
  };
  private static final String[] EVENING = {"[20:00] <bob> anybody?", "[00:10] <ann> yes"};

  @TempDir private Path directory;
  private Path store;
  private Path morning;
  private Path evening;

  @BeforeEach
  void writeLogs() throws IOException {
    store = directory.resolve("store");
    morning = LogText.write(directory.resolve("2008-04-27.a.raw.txt"), MORNING);
    evening = LogText.write(directory.resolve("2008-04-27.b.raw.txt"), EVENING);
  }

  @Test
  void findsEveryMessageAgainByChannelAndBySender() {
    importLogs(store, morning, evening);
    assertEquals(
        List.of(
            "2008-04-27 04:46 <ann> hello",
            "2008-04-27 04:46 <bob> caf\\xe9 in latin-1",
            "2008-04-27 04:47 * ann waves",
            "2008-04-27 04:48 <ann>",
            "2008-04-27 20:00 <bob> anybody?",
            "2008-04-28 00:10 <ann> yes"),
        history(store, "#ubuntu"));
    assertEquals(
        List.of("2008-04-27 04:46 <bob> caf\\xe9 in latin-1", "2008-04-27 20:00 <bob> anybody?"),
        said(store, "bob"));
  }

  @Test
  void keepsBytesThatAreNoText() {
    importLogs(store, morning);
    CommandRun run =
        CommandRun.of(
                "im",
                "history",
                "--store",
                store,
                "--conversation",
                "#ubuntu",
                "--sender",
                "bob",
                "--raw")
            .succeeds();
    assertArrayEquals(
        "2008-04-27 04:46 <bob> caf\u00e9 in latin-1\n".getBytes(StandardCharsets.ISO_8859_1),
        run.outBytes());
  }

  @Test
  void countsWhatItReads() {
    Map<String, Object> first = importLogs(store, morning, evening);
    assertEquals(2, JsonParser.number(first, "logs"));
    assertEquals(8, JsonParser.number(first, "lines"));
    assertEquals(6, JsonParser.number(first, "messages"));
    assertEquals(2, JsonParser.number(first, "linesNotMessages"));
    assertEquals(0, JsonParser.number(first, "messagesThereAlready"));
    Map<String, Object> second = importLogs(store, morning, evening);
    assertEquals(6, JsonParser.number(second, "messages"));
    assertEquals(6, JsonParser.number(second, "messagesThereAlready"));
    String text =
        CommandRun.of("import", "irc", "--store", store, "--no-progress", morning).succeeds().out();
    assertTrue(text.contains("2 lines were not messages"), text);
  }

  @Test
  void importingTwiceIsImportingOnce() throws IOException {
    importLogs(store, morning, evening);
    List<String> once = StoreContent.of(store);
    importLogs(store, evening, morning);
    assertEquals(once, StoreContent.of(store));
  }

  @Test
  void orderAndPackagingDoNotMatter() throws IOException {
    importLogs(store, morning, evening);
    List<String> expected = StoreContent.of(store);
    Path other = directory.resolve("other");
    importLogs(other, evening, morning);
    assertEquals(expected, StoreContent.of(other));
    Path oneByOne = directory.resolve("one-by-one");
    importLogs(oneByOne, morning);
    importLogs(oneByOne, evening);
    assertEquals(expected, StoreContent.of(oneByOne));
    Path fromArchive = directory.resolve("from-archive");
    importLogs(
        fromArchive, LogText.archive(directory.resolve("logs.tar.gz"), List.of(morning, evening)));
    assertEquals(expected, StoreContent.of(fromArchive));
    Path logs = directory.resolve("logs");
    Path deep = Files.createDirectories(logs.resolve("deep"));
    Files.copy(morning, deep.resolve(morning.getFileName()));
    Files.copy(evening, logs.resolve(evening.getFileName()));
    Files.writeString(logs.resolve("LICENSE.txt"), "no log");
    Path fromDirectory = directory.resolve("from-directory");
    importLogs(fromDirectory, logs);
    assertEquals(expected, StoreContent.of(fromDirectory));
  }

  @Test
  void importsTheRestOfALogThatHasGrown() throws IOException {
    importLogs(store, LogText.write(morning, MORNING[0], MORNING[1]));
    Map<String, Object> second = importLogs(store, LogText.write(morning, MORNING));
    assertEquals(1, JsonParser.number(second, "messagesThereAlready"));
    Path other = directory.resolve("other");
    importLogs(other, morning);
    assertEquals(history(other, "#ubuntu"), history(store, "#ubuntu"));
  }

  @Test
  void keepsChannelsApart() {
    importLogs(store, morning);
    CommandRun.of("import", "irc", "--store", store, "--no-progress", "--channel", "#go", evening)
        .succeeds();
    assertEquals(4, history(store, "#ubuntu").size());
    assertEquals(2, history(store, "#go").size());
    assertEquals(3, said(store, "ann").size());
  }

  @Test
  void refusesAnotherLogOfTheSameName() throws IOException {
    Path namesake =
        LogText.write(
            Files.createDirectories(directory.resolve("x")).resolve(morning.getFileName()),
            "[04:46] <eve> something else");
    CommandRun.of("import", "irc", "--store", store, morning, namesake)
        .failsSaying("two logs are named 2008-04-27.a.raw.txt");
    importLogs(store, morning);
    List<String> before = history(store, "#ubuntu");
    CommandRun.of("import", "irc", "--store", store, "--no-progress", namesake)
        .failsSaying("is not the log of this name that was imported");
    assertEquals(before, history(store, "#ubuntu"));
  }

  @Test
  void saysWhatIsNoLog() throws IOException {
    Path noDay = LogText.write(directory.resolve("april.txt"), MORNING);
    CommandRun.of("import", "irc", "--store", store, noDay).failsSaying("gives no day");
    Path badDay = LogText.write(directory.resolve("2008-13-27.txt"), MORNING);
    CommandRun.of("import", "irc", "--store", store, "--no-progress", badDay)
        .failsSaying("gives no day");
    CommandRun.of("import", "irc", "--store", store, directory.resolve("2008-01-01.txt"))
        .failsSaying("no such file");
    Path empty = Files.createDirectory(directory.resolve("empty"));
    CommandRun.of("import", "irc", "--store", store, empty).failsSaying("no log found");
    Path noArchive = LogText.write(directory.resolve("logs.tar.gz"), MORNING);
    CommandRun.of("import", "irc", "--store", store, noArchive).failsSaying("GZIP");
  }

  @Test
  void doesNotMakeAStoreOfAnyDirectory() throws IOException {
    Path home = Files.createDirectory(directory.resolve("home"));
    Files.writeString(home.resolve("letter.txt"), "dear");
    CommandRun.of("import", "irc", "--store", home, "--no-progress", morning)
        .failsSaying(home.toString());
    CommandRun.of("import", "irc", "--store", morning, "--no-progress", morning)
        .failsSaying(morning.toString());
  }

  private static Map<String, Object> importLogs(Path store, Path... logs) {
    Object[] arguments = new Object[logs.length + 6];
    System.arraycopy(
        new Object[] {"import", "irc", "--store", store, "--json", "--no-progress"},
        0,
        arguments,
        0,
        6);
    System.arraycopy(logs, 0, arguments, 6, logs.length);
    CommandRun run = CommandRun.of(arguments).succeeds();
    assertEquals(1, run.lines().size());
    return JsonParser.object(run.lines().getFirst());
  }

  @Test
  void aNickAndAColonMention() throws IOException {
    importLogs(
        store,
        LogText.write(
            morning, "[04:46] <ann> hello", "[04:47] <bob> ann: hi", "[04:48] <bob> eve, you?"));
    assertEquals(
        List.of("2008-04-27 04:47 <bob> ann: hi"),
        CommandRun.of("im", "mentions", "--store", store, "--user", "ann").succeeds().lines());
    assertEquals(
        List.of("2"),
        CommandRun.of("im", "unread", "--store", store, "--user", "ann").succeeds().lines());
    assertEquals(
        List.of("#ubuntu                         2 unread @  bob: eve, you?"),
        CommandRun.of("im", "conversations", "--store", store, "--user", "ann").succeeds().lines());
    List<String> events =
        CommandRun.of("im", "sync", "--store", store, "--user", "ann", "--acknowledge")
            .succeeds()
            .lines();
    assertEquals(4, events.size(), events.toString());
    assertTrue(events.getFirst().startsWith("1 joined #ubuntu"), events.toString());
    assertTrue(events.getLast().endsWith("<bob> eve, you?"), events.toString());
    assertEquals(
        List.of("up to date at 4"),
        CommandRun.of("im", "sync", "--store", store, "--user", "ann").succeeds().lines());
  }

  private static List<String> history(Path store, String channel) {
    return CommandRun.of("im", "history", "--store", store, "--conversation", channel)
        .succeeds()
        .lines();
  }

  private static List<String> said(Path store, String nick) {
    return CommandRun.of(
            "im", "history", "--store", store, "--conversation", "#ubuntu", "--sender", nick)
        .succeeds()
        .lines();
  }
}
