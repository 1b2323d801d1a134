package io.sheaf.cli.im;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.cli.CommandRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MentionsCommandTest {
  private static final int MENTIONS = 2 * MessageCount.PAGE + 10;

  @TempDir private Path directory;
  private Path store;

  @BeforeEach
  void importLog() throws Exception {
    store = directory.resolve("store");
    String log =
        "[00:00] <anna> hello\n"
            + IntStream.range(0, MENTIONS)
                .mapToObj(i -> "[00:01] <bert> anna: " + i + "\n[00:01] <bert> and " + i + "\n")
                .collect(Collectors.joining());
    Path file = directory.resolve("2008-04-27.txt");
    Files.writeString(file, log);
    CommandRun.of("import", "irc", "--store", store, "--no-progress", file).succeeds();
  }

  @Test
  void printsAsManyAsAreAskedFor() {
    List<String> all = mentions(MENTIONS + 1);
    assertEquals(MENTIONS, all.size());
    for (int i = 0; i < MENTIONS; i++) {
      assertEquals("2008-04-27 00:01 <bert> anna: " + i, all.get(i));
    }
    assertEquals(all.subList(10, MENTIONS), mentions(2 * MessageCount.PAGE));
    assertEquals(all.subList(MENTIONS - 3, MENTIONS), mentions(3));
  }

  @Test
  void namesACountThatIsNone() {
    for (String count : List.of("0", "-1", "10000001", "many")) {
      CommandRun run =
          CommandRun.of("im", "mentions", "--store", store, "--user", "anna", "--last", count);
      assertEquals(2, run.code(), run::err);
      assertTrue(run.err().contains("'--last'"), run::err);
      run.failsSaying("must be 1 to 10000000, not " + count);
    }
  }

  private List<String> mentions(int last) {
    return CommandRun.of("im", "mentions", "--store", store, "--user", "anna", "--last", last)
        .succeeds()
        .lines();
  }
}
