package io.sheaf.bench.phase;

import io.sheaf.testdata.ReadKind;
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
  /** As {@link #MIXED}, and others are read at a steady rate too. */
  MIXED_PACED,
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
   * The phase of a label, or, of a kind of read such as {@code latest}, the cold and the warm one.
   *
   * @throws IllegalArgumentException if there is none; names those that there are
   */
  public static List<PhaseName> ofLabel(String label) {
    List<PhaseName> named =
        Arrays.stream(values())
            .filter(name ->
                name.label.equals(label)
                    || name.label.equals(label + "-cold")
                    || name.label.equals(label + "-warm"))
            .toList();
    if (named.isEmpty()) {
      String labels =
          Arrays.stream(values()).map(PhaseName::label).collect(Collectors.joining(", "));
      throw new IllegalArgumentException("no phase '" + label + "'; there are " + labels);
    }
    return named;
  }

  /** What is done in it. */
  Phase phase() {
    return switch (this) {
      case LOAD -> new LoadPhase();
      case DISK -> new DiskPhase();
      case LATEST_COLD -> new ColdReadPhase(ReadKind.LATEST);
      case HOTLATEST_COLD -> new ColdReadPhase(ReadKind.HOT_LATEST);
      case CURSOR_COLD -> new ColdReadPhase(ReadKind.CURSOR);
      case FULL_COLD -> new ColdReadPhase(ReadKind.FULL);
      case GET_COLD -> new ColdReadPhase(ReadKind.GET);
      case MISS_COLD -> new ColdReadPhase(ReadKind.MISS);
      case LATEST_WARM -> new WarmReadPhase(ReadKind.LATEST);
      case HOTLATEST_WARM -> new WarmReadPhase(ReadKind.HOT_LATEST);
      case CURSOR_WARM -> new WarmReadPhase(ReadKind.CURSOR);
      case FULL_WARM -> new WarmReadPhase(ReadKind.FULL);
      case GET_WARM -> new WarmReadPhase(ReadKind.GET);
      case MISS_WARM -> new WarmReadPhase(ReadKind.MISS);
      case MIXED -> new MixedPhase(false);
      case MIXED_PACED -> new MixedPhase(true);
      case UPDATE -> new UpdatePhase();
      case TTL -> new ExpiryPhase();
      case TENFOLD -> new TenfoldPhase();
    };
  }
}
