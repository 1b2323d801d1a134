package io.sheaf.torture.plan;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What came of a campaign.
 *
 * @param unit of what was tried, in the plural
 * @param seed of its first run
 * @param tried how often the fault was tried
 * @param notes what happened how often
 * @param obstacle why it was not done at all
 */
public record Outcome(
    String campaign,
    String unit,
    long seed,
    long tried,
    Map<String, Long> notes,
    List<Finding> findings,
    long elapsedNanos,
    Optional<String> obstacle) {
  /** Copies what it is given. */
  public Outcome {
    notes = Map.copyOf(notes);
    findings = List.copyOf(findings);
  }
}
