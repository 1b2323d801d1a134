package io.sheaf.cli.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.cli.measure.SampleResult;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class DemoReportTest {
  @Test
  void standsOnItsOwn() throws Exception {
    String page = DemoReport.of(SampleResult.demo("dense"));
    ReportCheck.check(page, 7);
    for (String figure : new String[] {"200,000", "89.3 %", "1.07", "0.40", "and 4 more"}) {
      assertTrue(page.contains(figure), figure);
    }
    Path target = Path.of("target", "sample-report.html"); // to be looked at
    Files.createDirectories(target.toAbsolutePath().getParent());
    Files.writeString(target, page);
  }

  @Test
  void escapesWhatItShows() throws Exception {
    ReportCheck.check(DemoReport.of(SampleResult.demo("<b title=\"x\">&")), 7);
    assertEquals("&lt;b title=&quot;x&quot;&gt;&amp;", Html.escape("<b title=\"x\">&"));
  }
}
