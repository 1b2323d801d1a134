package io.sheaf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the documents say of the program is so. */
final class ReadmeTest {
  private static final Path MODULE = Path.of(System.getProperty("basedir", "")).toAbsolutePath();
  private static final Path ROOT = MODULE.resolve("..").normalize();
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#]+)(#[^)]*)?\\)");
  private static final Pattern MANAGED = Pattern.compile("<artifactId>([^<]+)</artifactId>");
  private static final Pattern EXPLAINED = Pattern.compile("(?m)^\\| `([^`]+)` \\|");

  @TempDir private Path directory;

  @Test
  void theExampleIsTheOneThatIsCompiled() throws IOException {
    String readme = read("README.md");
    String source = read("cli/src/test/java/io/sheaf/EmbeddingExample.java");
    String example = between(source, "  // README begins\n", "  // README ends\n").indent(-2);
    assertEquals(example, between(readme, "```java\n", "```\n"));
  }

  @Test
  void theExampleRuns() throws IOException {
    PrintStream usual = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      EmbeddingExample.writeAndRead(directory, "user0001".getBytes(StandardCharsets.US_ASCII));
    } finally {
      System.setOut(usual);
    }
    List<String> lines = printed.toString(StandardCharsets.UTF_8).lines().toList();
    assertEquals(50, lines.size());
    assertEquals("100 '{\"text\":\"message 100\"}'", lines.getFirst());
  }

  @Test
  void linksLeadSomewhere() throws IOException {
    for (String document : new String[] {"README.md", "CONTRIBUTING.md"}) {
      Matcher link = LINK.matcher(read(document));
      while (link.find()) {
        assertTrue(Files.exists(ROOT.resolve(link.group(1))), document + ": " + link.group(1));
      }
    }
  }

  @Test
  void everyDependencyIsExplained() throws IOException {
    String managed =
        between(read("pom.xml"), "<dependencyManagement>", "</dependencyManagement>")
            .replaceAll("(?s)<groupId>io\\.sheaf</groupId>\\s*<artifactId>[^<]+</artifactId>", "");
    assertEquals(
        all(MANAGED, managed),
        all(EXPLAINED, read("docs/dependencies.md")),
        "docs/dependencies.md");
  }

  private static Set<String> all(Pattern pattern, String text) {
    Set<String> found = new TreeSet<>();
    try (Stream<java.util.regex.MatchResult> results = pattern.matcher(text).results()) {
      results.forEach(result -> found.add(result.group(1)));
    }
    return found;
  }

  private static String between(String text, String begin, String end) {
    int from = text.indexOf(begin) + begin.length();
    return text.substring(from, text.indexOf(end, from));
  }

  private static String read(String path) throws IOException {
    return Files.readString(ROOT.resolve(path));
  }
}
