package io.sheaf.bench.summary;

import io.sheaf.bench.phase.PhaseName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which figures matter first: those that decide whether a messaging service is served well.
 *
 * <p><em>Thread safety:</em> immutable.
 */
public final class Headlines {
  private static final String FINISHED = "rows a second, background finished";
  private static final String SLOW_BATCH = "batch write, 99.9 %";
  private static final Set<String> OPERATIONS = Set.of("operations a second");
  private static final Set<String> ROWS = Set.of("rows a second");
  private static final Map<PhaseName, Set<String>> METRICS = metrics();

  private Headlines() {}

  private static Map<PhaseName, Set<String>> metrics() {
    Map<PhaseName, Set<String>> metrics = new EnumMap<>(PhaseName.class);
    for (PhaseName phase : PhaseName.values()) {
      metrics.put(
          phase,
          switch (phase) {
            case LOAD -> Set.of(FINISHED, SLOW_BATCH, "bytes written a user byte");
            case DISK -> Set.of("bytes on disk a user byte");
            case HOTLATEST_COLD, HOTLATEST_WARM, FULL_COLD, FULL_WARM -> ROWS;
            case LATEST_COLD,
                LATEST_WARM,
                CURSOR_COLD,
                CURSOR_WARM,
                GET_COLD,
                GET_WARM,
                MISS_COLD,
                MISS_WARM ->
                OPERATIONS;
            case MIXED -> Set.of("reads a second beside", SLOW_BATCH);
            case MIXED_PACED -> Set.of("newest 50 rows, 99.9 %", SLOW_BATCH);
            case UPDATE -> Set.of(FINISHED, "bytes on disk a live user byte");
            case TTL -> Set.of("most bytes on disk a live user byte");
            case TENFOLD -> Set.of("CPU time a row, last tenth of the first");
          });
    }
    return metrics;
  }

  /** Those of {@code lines}; of a phase that has none of them, its first line. */
  public static List<SummaryLine> of(Summary summary) {
    List<SummaryLine> headlines = new ArrayList<>();
    for (String phase : summary.phases()) {
      List<SummaryLine> all =
          summary.lines().stream().filter(line -> line.phase().equals(phase)).toList();
      List<SummaryLine> chosen =
          all.stream().filter(line -> wanted(phase).contains(line.metric())).toList();
      headlines.addAll(chosen.isEmpty() ? all.subList(0, 1) : chosen);
    }
    return headlines;
  }

  private static Set<String> wanted(String phase) {
    return Arrays.stream(PhaseName.values())
        .filter(name -> name.label().equals(phase))
        .findFirst()
        .map(name -> METRICS.getOrDefault(name, Set.of()))
        .orElse(Set.of());
  }
}
