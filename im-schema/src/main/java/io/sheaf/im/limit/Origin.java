package io.sheaf.im.limit;

/**
 * Where a message comes from, as far as rates are concerned.
 *
 * @param clientKind such as "desktop"; empty: not said, which counts as one kind
 * @param application such as the name of a robot; empty: not said, which counts as one
 */
public record Origin(String clientKind, String application) {
  /** Nothing is said. */
  public static final Origin UNKNOWN = new Origin("", "");
}
