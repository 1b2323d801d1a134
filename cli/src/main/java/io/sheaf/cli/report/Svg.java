package io.sheaf.cli.report;

import java.util.Locale;

/**
 * Draws one picture as inline SVG. Colours come from the classes of {@code report.css}, so that one
 * picture serves light and dark.
 *
 * <p><em>Thread safety:</em> none.
 *
 * <p><em>Source:</em> SVG 1.1 (Second Edition), W3C, 2011.
 */
public final class Svg {
  /** A picture of this width or less stands beside others. */
  private static final double NARROW = 500;

  private final StringBuilder text = new StringBuilder();

  /**
   * A picture.
   *
   * @param id unique in the page
   * @param title what it shows, for who cannot see it
   * @param description what is to be seen in it
   */
  public Svg(String id, double width, double height, String title, String description) {
    text.append(
        String.format(
            Locale.ROOT,
            "<div class=\"scroll\"><svg class=\"%s\" viewBox=\"0 0 %s %s\" role=\"img\""
                + " aria-labelledby=\"%s-title %s-text\">%n"
                + "<title id=\"%s-title\">%s</title>%n<desc id=\"%s-text\">%s</desc>%n",
            width > NARROW ? "wide" : "narrow",
            number(width),
            number(height),
            id,
            id,
            id,
            Html.escape(title),
            id,
            Html.escape(description)));
  }

  /** A rectangle; {@code tip} appears when it is pointed at. */
  public void bar(double x, double y, double width, double height, String style, String tip) {
    text.append(
        String.format(
            Locale.ROOT,
            "<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" rx=\"2\" class=\"%s\">"
                + "<title>%s</title></rect>%n",
            number(x),
            number(y),
            number(Math.max(0, width)),
            number(height),
            style,
            Html.escape(tip)));
  }

  /** A line from one point to another. */
  public void line(double x1, double y1, double x2, double y2, String style) {
    text.append(
        String.format(
            Locale.ROOT,
            "<line x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\" class=\"%s\"/>%n",
            number(x1),
            number(y1),
            number(x2),
            number(y2),
            style));
  }

  /** A point; {@code tip} appears when it is pointed at. */
  public void dot(double x, double y, String style, String tip) {
    text.append(
        String.format(
            Locale.ROOT,
            "<circle cx=\"%s\" cy=\"%s\" r=\"3.5\" class=\"%s\"><title>%s</title></circle>%n",
            number(x),
            number(y),
            style,
            Html.escape(tip)));
  }

  /**
   * A curve.
   *
   * @param path as SVG's path data
   */
  public void curve(String path, String style) {
    text.append(String.format(Locale.ROOT, "<path d=\"%s\" class=\"curve %s\"/>%n", path, style));
  }

  /**
   * Words.
   *
   * @param anchor which part of them is at {@code x}: start, middle or end
   */
  public void words(double x, double y, String anchor, String style, String words) {
    text.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%s\" y=\"%s\" text-anchor=\"%s\" class=\"%s\">%s</text>%n",
            number(x),
            number(y),
            anchor,
            style,
            Html.escape(words)));
  }

  /** The picture. */
  public String done() {
    return text + "</svg></div>\n";
  }

  /** A number as SVG has it, to a tenth. */
  public static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value).replaceFirst("\\.0$", "");
  }
}
