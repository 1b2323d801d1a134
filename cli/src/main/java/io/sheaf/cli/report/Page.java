package io.sheaf.cli.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * The frame of an HTML page that needs nothing else: no script, no picture or style from elsewhere,
 * light or dark as the reader's system is.
 *
 * <p><em>Thread safety:</em> stateless.
 */
public final class Page {
  private Page() {}

  /**
   * A page.
   *
   * @param style CSS besides what all reports share
   * @param body as HTML
   */
  public static String of(String title, String style, String body) throws IOException {
    return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
        + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n<title>"
        + Html.escape(title)
        + "</title>\n<style>\n"
        + sharedStyle()
        + style
        + "</style>\n</head>\n<body>\n"
        + body
        + "</body>\n</html>\n";
  }

  private static String sharedStyle() throws IOException {
    try (InputStream in = Objects.requireNonNull(Page.class.getResourceAsStream("report.css"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
