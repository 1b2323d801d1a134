package io.sheaf.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.bench.engine.EngineName;
import io.sheaf.bench.summary.RaceOutcome;
import io.sheaf.bench.summary.SampleOutcome;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

final class RaceReportTest {
  private static final List<EngineName> ALL = List.of(EngineName.values());

  @Test
  void thePageHasPicturesAndFiguresAndNeedsNothingElse() throws Exception {
    RaceOutcome outcome =
        SampleOutcome.withFailure(
            SampleOutcome.of(ALL, "words"), EngineName.ROCKSDB_BLOB, "row 17 is missing");
    String page = RaceReport.of(outcome);
    int pictures = check(page);
    assertTrue(pictures > 30, pictures + " pictures");
    for (String words :
        new String[] {
          "Ratios at a glance",
          "Newest 50 rows of any user, cold",
          "bytes on disk a user byte",
          "AMD EPYC 7R13",
          "10,000,000 rows",
          "rocksdb-blob failed in round 3, phase get-cold: row 17 is missing",
        }) {
      assertTrue(page.contains(words), words);
    }
    Path target = Path.of("target", "sample-race.html"); // to be looked at
    Files.createDirectories(target.toAbsolutePath().getParent());
    Files.writeString(target, page);
  }

  @Test
  void whatIsShownIsEscaped() throws Exception {
    String page =
        RaceReport.of(
            SampleOutcome.withFailure(
                SampleOutcome.of(ALL, "<b title=\"x\">&"), EngineName.SHEAF, "<i>lost</i>"));
    check(page);
    assertFalse(page.contains("<b title=") || page.contains("<i>"), "not escaped");
  }

  @Test
  void withoutSheafThereIsNoRatio() throws Exception {
    RaceOutcome outcome =
        SampleOutcome.of(List.of(EngineName.ROCKSDB_LEVELED, EngineName.ROCKSDB_ZSTD), "words");
    String page = RaceReport.of(outcome);
    check(page);
    assertFalse(page.contains("Ratios at a glance"));
    String text = print(outcome);
    assertTrue(text.contains("leveled"), text);
    assertFalse(text.contains("Sheaf is better"), text);
  }

  @Test
  void theTableHasTheLinesThatMatterFirst() {
    String text = print(SampleOutcome.of(ALL, "words"));
    List<String> lines = text.lines().toList();
    assertEquals("What matters", lines.get(1), text);
    assertTrue(
        lines
            .get(2)
            .matches(" *phase +metric +unit +sheaf +leveled +universal +zstd +blob +best +ratio"),
        lines.get(2));
    assertTrue(
        lines.get(3).startsWith("  load ") && lines.get(3).contains("background finished"),
        lines.get(3));
    assertTrue(
        lines.get(3).matches(".*\\d\\.\\d\\d  \\(\\d\\.\\d\\d–\\d\\.\\d\\d\\)$"), lines.get(3));
    assertTrue(text.contains("Note: Reads are not cold: words"), text);
  }

  private static String print(RaceOutcome outcome) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    new RaceText(out).print(outcome);
    return bytes.toString(StandardCharsets.UTF_8);
  }

  /** Checks that the page is XML too, stands on its own, and says no figure that is none. */
  private static int check(String page) throws Exception {
    assertTrue(page.startsWith("<!DOCTYPE html>\n"));
    NodeList elements =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(page.substring(page.indexOf('\n')))))
            .getElementsByTagName("*");
    Set<String> ids = new HashSet<>();
    int pictures = 0;
    for (int i = 0; i < elements.getLength(); i++) {
      Element element = (Element) elements.item(i);
      assertFalse(element.getTagName().equals("script") || element.hasAttribute("src"));
      String id = element.getAttribute("id");
      assertTrue(id.isEmpty() || ids.add(id), "two elements have the id " + id);
      if (element.getTagName().equals("svg")) {
        pictures++;
      }
    }
    for (String word : new String[] {"http:", "https:", "url(", "@import", "NaN", "Infinity"}) {
      assertFalse(page.contains(word), word);
    }
    assertTrue(page.contains("prefers-color-scheme: dark"));
    return pictures;
  }
}
