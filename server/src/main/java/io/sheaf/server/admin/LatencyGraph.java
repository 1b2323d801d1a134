package io.sheaf.server.admin;

import io.sheaf.server.command.LatencyEvents.Sample;
import java.util.List;

/**
 * LATENCY GRAPH: a column for each second in which there was an event, as high as the worst of it
 * took long.
 *
 * <p><b>Thread safety.</b> Stateless.
 */
final class LatencyGraph {
  private static final int MOST_COLUMNS = 80;
  private static final int ROWS = 4;

  private LatencyGraph() {}

  /**
   * {@code samples}, of which there is one at least, the oldest first, drawn at {@code nowSecond}.
   */
  static String of(String event, List<Sample> samples, long nowSecond) {
    List<Sample> shown =
        samples.subList(Math.max(0, samples.size() - MOST_COLUMNS), samples.size());
    long high = shown.stream().mapToLong(Sample::millis).max().orElse(0);
    long low = shown.stream().mapToLong(Sample::millis).min().orElse(0);
    StringBuilder text = new StringBuilder();
    text.append(event)
        .append(" - high ")
        .append(high)
        .append(" ms, low ")
        .append(low)
        .append(" ms\n")
        .append("-".repeat(MOST_COLUMNS))
        .append('\n');
    for (int row = ROWS; row > 0; row--) {
      StringBuilder line = new StringBuilder();
      for (Sample sample : shown) {
        line.append(height(sample.millis(), low, high) >= row ? '#' : ' ');
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.append("from ")
        .append(nowSecond - shown.getFirst().second())
        .append(" s to ")
        .append(nowSecond - shown.getLast().second())
        .append(" s ago\n")
        .toString();
  }

  private static long height(long millis, long low, long high) {
    return high == low ? 1 : 1 + (millis - low) * (ROWS - 1) / (high - low);
  }
}
