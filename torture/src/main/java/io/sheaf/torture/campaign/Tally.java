package io.sheaf.torture.campaign;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongConsumer;

/**
 * Counts what a campaign has tried, and what came of it.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
public final class Tally {
  private final LongConsumer progress;
  private final Map<String, Long> notes = new TreeMap<>(); // guarded by this
  private long tried; // guarded by this

  /** A tally that tells {@code progress} how much was tried so far. */
  public Tally(LongConsumer progress) {
    this.progress = progress;
  }

  /** The fault was tried once more, and what must hold held. */
  public synchronized void tried() {
    tried++;
    progress.accept(tried);
  }

  /** The same, and {@code what} came of it. */
  public synchronized void tried(String what) {
    note(what);
    tried();
  }

  /** Something happened that is worth counting. */
  public synchronized void note(String what) {
    notes.merge(what, 1L, Long::sum);
  }

  /** How often the fault was tried. */
  public synchronized long count() {
    return tried;
  }

  /** What happened how often. */
  public synchronized Map<String, Long> notes() {
    return new TreeMap<>(notes);
  }
}
