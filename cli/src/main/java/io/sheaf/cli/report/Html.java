package io.sheaf.cli.report;

import java.util.List;

/**
 * Pieces of the page.
 *
 * <p><em>Thread safety:</em> stateless.
 */
final class Html {
  private Html() {}

  /** Text as it stands in HTML, in attributes too. */
  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  /**
   * A table whose first column names the rows.
   *
   * @param head of the columns
   * @param colours one for each row, 1 to 5; 0: none
   */
  static String table(List<String> head, List<List<String>> rows, List<Integer> colours) {
    StringBuilder html = new StringBuilder("<div class=\"scroll\"><table>\n<thead><tr>");
    head.forEach(title -> html.append("<th scope=\"col\">").append(escape(title)).append("</th>"));
    html.append("</tr></thead>\n<tbody>\n");
    for (int i = 0; i < rows.size(); i++) {
      html.append("<tr><th scope=\"row\">").append(key(colours.get(i)));
      html.append(escape(rows.get(i).getFirst())).append("</th>");
      rows.get(i).stream()
          .skip(1)
          .forEach(cell -> html.append("<td>").append(escape(cell)).append("</td>"));
      html.append("</tr>\n");
    }
    return html.append("</tbody></table></div>\n").toString();
  }

  private static String key(int colour) {
    return colour == 0 ? "" : "<span class=\"key k" + colour + "\"></span>";
  }
}
