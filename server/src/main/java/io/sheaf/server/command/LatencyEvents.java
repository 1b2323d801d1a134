package io.sheaf.server.command;

import io.sheaf.server.settings.LiveOption;
import io.sheaf.server.settings.LiveOptions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * What took long, by kind: of each kind the worst of a second, for the last 160 seconds in which
 * there was one.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
public final class LatencyEvents {
  private static final int KEPT_SECONDS = 160;

  private final LiveOptions options;
  private final Map<String, Series> byEvent = new TreeMap<>();

  LatencyEvents(LiveOptions options) {
    this.options = options;
  }

  /**
   * The worst of a second.
   *
   * @param second since 1970
   * @param millis how long it took
   */
  public record Sample(long second, long millis) {}

  /**
   * An event, as LATENCY LATEST shows it.
   *
   * @param name of the event
   * @param latest the last sample
   * @param worstMillis the worst ever
   * @param sumMillis of all that were noted
   * @param count of all that were noted
   */
  public record Latest(String name, Sample latest, long worstMillis, long sumMillis, long count) {}

  private static final class Series {
    final ArrayDeque<Sample> samples = new ArrayDeque<>();
    long worstMillis;
    long sumMillis;
    long count;
  }

  void note(String event, long tookNanos, long nowMillis) {
    long threshold = options.get(LiveOption.LATENCY_MONITOR_THRESHOLD);
    long millis = TimeUnit.NANOSECONDS.toMillis(tookNanos);
    if (threshold == 0 || millis < threshold) {
      return;
    }
    long second = nowMillis / 1_000;
    synchronized (byEvent) {
      Series series = byEvent.computeIfAbsent(event, e -> new Series());
      series.worstMillis = Math.max(series.worstMillis, millis);
      series.sumMillis += millis;
      series.count++;
      Sample last = series.samples.peekLast();
      if (last != null && last.second() == second) {
        if (last.millis() >= millis) {
          return;
        }
        series.samples.removeLast();
      }
      series.samples.addLast(new Sample(second, millis));
      if (series.samples.size() > KEPT_SECONDS) {
        series.samples.removeFirst();
      }
    }
  }

  /** The events there were. */
  public List<Latest> latest() {
    synchronized (byEvent) {
      List<Latest> all = new ArrayList<>();
      byEvent.forEach((name, series) ->
          all.add(
              new Latest(
                  name,
                  series.samples.getLast(),
                  series.worstMillis,
                  series.sumMillis,
                  series.count)));
      return all;
    }
  }

  /** The samples of an event, the oldest first. */
  public List<Sample> history(String event) {
    synchronized (byEvent) {
      Series series = byEvent.get(event);
      return series == null ? List.of() : List.copyOf(series.samples);
    }
  }

  /** Forgets an event; false: there was none. */
  public boolean reset(String event) {
    synchronized (byEvent) {
      return byEvent.remove(event) != null;
    }
  }
}
