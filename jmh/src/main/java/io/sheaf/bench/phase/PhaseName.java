package io.sheaf.bench.phase;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What is measured, in the order in which it is. */
public enum PhaseName {
  /** Rows are written in batches. */
  LOAD,
  /** The room they take. */
  DISK,
  /** The newest 50 rows of any user, nothing in memory. */
  LATEST_COLD,
  /** The newest 50 rows of a busy user, nothing in memory. */
  HOTLATEST_COLD,
  /** 100 rows onward from a row, nothing in memory. */
  CURSOR_COLD,
  /** All rows of a busy user, nothing in memory. */
  FULL_COLD,
  /** A row by its key, nothing in memory. */
  GET_COLD,
  /** A key that is not there, nothing in memory. */
  MISS_COLD,
  /** As {@link #LATEST_COLD}, in memory. */
  LATEST_WARM,
  /** As {@link #HOTLATEST_COLD}, in memory. */
  HOTLATEST_WARM,
  /** As {@link #CURSOR_COLD}, in memory. */
  CURSOR_WARM,
  /** As {@link #FULL_COLD}, in memory. */
  FULL_WARM,
  /** As {@link #GET_COLD}, in memory. */
  GET_WARM,
  /** As {@link #MISS_COLD}, in memory. */
  MISS_WARM,
  /** Rows come at a steady rate while others are read. */
  MIXED,
  /** Rows are recalled and edited. */
  UPDATE,
  /** Rows expire while others come. */
  TTL,
  /** A row's cost in a store ten times as large. */
  TENFOLD;

  /** All but {@link #TENFOLD}, which takes ten times as long. */
  public static final List<PhaseName> DEFAULTS =
      Arrays.stream(values()).filter(name -> name != TENFOLD).toList();

  private final String label = name().toLowerCase(Locale.ROOT).replace('_', '-');

  /** The name on the command line and in results. */
  public String label() {
    return label;
  }

  /**
   * The phase of a label.
   *
   * @throws IllegalArgumentException if there is none; names those that there are
   */
  public static PhaseName ofLabel(String label) {
    for (PhaseName name : values()) {
      if (name.label.equals(label)) {
        return name;
      }
    }
    String labels = Arrays.stream(values()).map(PhaseName::label).collect(Collectors.joining(", "));
    throw new IllegalArgumentException("no phase '" + label + "'; there are " + labels);
  }
}
