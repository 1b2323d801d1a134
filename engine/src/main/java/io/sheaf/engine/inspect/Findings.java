package io.sheaf.engine.inspect;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Gathers findings. Of one place that is met several times, those that name rows are kept, or else
 * the first.
 *
 * <p><b>Thread safety.</b> None.
 */
public final class Findings {
  private record Place(String file, long offset) {}

  private final Map<Place, List<Finding>> byPlace = new LinkedHashMap<>();

  /** No findings. */
  public Findings() {}

  /** Adds a finding. */
  public void add(Finding finding) {
    List<Finding> same =
        byPlace.computeIfAbsent(
            new Place(finding.file(), finding.offset()), place -> new ArrayList<>());
    if (same.size() == 1 && same.getFirst().rows() == null && finding.rows() != null) {
      same.clear();
    }
    if (same.isEmpty() || (finding.rows() != null && !same.contains(finding))) {
      same.add(finding);
    }
  }

  /** Adds a failure to read {@code file}. */
  public void add(String file, IOException failure, @Nullable RowRange rows) {
    add(Finding.of(file, failure, rows));
  }

  /** All findings, in the order in which their places were met. */
  public List<Finding> all() {
    return byPlace.values().stream().flatMap(List::stream).toList();
  }
}
