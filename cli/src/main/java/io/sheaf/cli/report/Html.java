package io.sheaf.cli.report;

import java.util.List;

/**
 * Pieces of the page.
 *
 * <p><em>Thread safety:</em> stateless.
 */
public final class Html {
  private Html() {}

  /** Text as it stands in HTML, in attributes too. */
  public static String escape(String text) {
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
  public static String table(List<String> head, List<List<String>> rows, List<Integer> colours) {
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

  /** A figure that stands out: what it is, the figure, and what is to be said of it. */
  public static String tile(String what, String figure, String remark) {
    return "<div><dt>"
        + escape(what)
        + "</dt><dd>"
        + escape(figure)
        + " <small>"
        + escape(remark)
        + "</small></dd></div>\n";
  }

  /**
   * A part of the page.
   *
   * @param content as HTML
   */
  public static String section(String title, String introduction, String content) {
    return "<section>\n<h2>"
        + escape(title)
        + "</h2>\n<p>"
        + escape(introduction)
        + "</p>\n"
        + content
        + "</section>\n";
  }

  /** A spot of a colour, 1 to 5, before words; nothing for 0. */
  public static String key(int colour) {
    return colour == 0 ? "" : "<span class=\"key k" + colour + "\"></span>";
  }
}
