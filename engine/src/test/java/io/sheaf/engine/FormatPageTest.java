package io.sheaf.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.io.FileHeader;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.testdata.GoldenStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page docs/format.md shows the bytes that there are. */
final class FormatPageTest {
  private static final Path PAGE =
      Path.of(System.getProperty("basedir", "")).toAbsolutePath().resolve("../docs/format.md");

  /** "### `000005.sst`, 419 bytes" and the block behind it. */
  private static final Pattern DUMP =
      Pattern.compile("(?s)\n### `([^`]+)`, (\\d+) bytes\n\n```\n(.*?)```\n");

  /** "0020 59 00 00 00 payload of 89 bytes". */
  private static final Pattern LINE =
      Pattern.compile("([0-9a-f]{4}) ((?: [0-9a-f]{2}){1,16})(?: {2,}\\S.*)?");

  @Test
  void theDumpIsTheGoldenStore() throws IOException {
    GoldenStore golden = GoldenStore.of("v2/tiny");
    Set<String> shown = new TreeSet<>();
    Matcher dump = DUMP.matcher(Files.readString(PAGE));
    while (dump.find()) {
      String file = dump.group(1);
      byte[] content = golden.content(file);
      check(file, content, dump.group(3).lines().toList());
      assertEquals(Integer.parseInt(dump.group(2)), content.length, file);
      shown.add(file);
    }
    assertEquals(new TreeSet<>(golden.files()), shown);
  }

  /** Checks that the lines show {@code content}, each beginning where the one before ended. */
  private static void check(String file, byte[] content, List<String> lines) {
    int at = 0;
    for (String text : lines) {
      if (text.startsWith("#")) {
        continue;
      }
      Matcher line = LINE.matcher(text);
      assertTrue(line.matches(), () -> file + ": " + text);
      assertEquals(String.format(Locale.ROOT, "%04x", at), line.group(1), () -> file + ": " + text);
      int end = Math.min(content.length, at + line.group(2).length() / 3);
      assertEquals(hex(content, at, end), line.group(2), () -> file + ": " + text);
      at = end;
    }
    assertEquals(content.length, at, () -> file + " ends too early");
  }

  private static String hex(byte[] bytes, int from, int to) {
    return HexFormat.of().withPrefix(" ").formatHex(bytes, from, to);
  }

  @Test
  void thePageIsOfTheVersionThatIsWritten() throws IOException {
    assertTrue(Files.readString(PAGE).contains("**format version " + FileHeader.VERSION + "**"));
  }

  @Test
  void thePageNamesEveryKindOfFile() throws IOException {
    Set<String> expected = new TreeSet<>();
    for (FileKind kind : FileKind.values()) {
      expected.add(kind.extension() + " " + kind.code());
    }
    Set<String> named = new TreeSet<>();
    Matcher row =
        Pattern.compile("(?m)^\\| `\\d{6}\\.([a-z]+)` \\| (\\d) \\|")
            .matcher(Files.readString(PAGE));
    while (row.find()) {
      named.add(row.group(1) + " " + row.group(2));
    }
    assertEquals(expected, named);
  }
}
