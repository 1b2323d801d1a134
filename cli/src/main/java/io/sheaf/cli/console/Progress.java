package io.sheaf.cli.console;

import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * Shows how far a long task is: a bar for a person, a line for each tenth (at most one a second) in
 * a log, or nothing.
 *
 * <p><em>Thread safety:</em> none.
 *
 * <p><em>Ownership:</em> who started it closes it, also where the task fails.
 */
public final class Progress implements AutoCloseable {
  private static final int BAR_MILLIS = 200;
  private static final int PARTS = 10;
  private static final long LINE_NANOS = 1_000_000_000;

  private final Console console;
  private final boolean shown;
  private final String task;
  private final String unit;
  private final long total;
  private final long begun;
  private final @Nullable ProgressBar bar;
  private final long startNanos = System.nanoTime();
  private int partsShown;
  private long lineNanos = startNanos;

  private Progress(
      Console console, boolean shown, String task, String unit, long total, long begun) {
    this.console = console;
    this.shown = shown;
    this.task = task;
    this.unit = unit;
    this.total = total;
    this.begun = begun;
    this.bar = shown && console.interactive() ? newBar() : null;
  }

  /**
   * Starts to show a task.
   *
   * @param shown whether to show anything
   * @param task in a word or two
   * @param unit of the steps, in the plural
   * @param total number of steps
   */
  public static Progress start(
      Console console, boolean shown, String task, String unit, long total) {
    return new Progress(console, shown, task, unit, total, 0);
  }

  /**
   * Starts to show a task that is gone on with; see {@link #start} for the others.
   *
   * @param begun steps that were done before: they do not count for its speed
   */
  public static Progress resume(
      Console console, boolean shown, String task, String unit, long total, long begun) {
    return new Progress(console, shown, task, unit, total, begun);
  }

  /** So many steps are done in all. */
  public void stepTo(long done) {
    if (bar != null) {
      bar.stepTo(done);
    } else if (shown && total > 0) {
      int parts = (int) (Math.min(done, total) * PARTS / total);
      long now = System.nanoTime();
      if (parts > partsShown && now - lineNanos >= LINE_NANOS) {
        partsShown = parts;
        lineNanos = now;
        printLine(done);
      }
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }

  private void printLine(long done) {
    double seconds = (System.nanoTime() - startNanos) / 1e9;
    console
        .err()
        .printf(
            Locale.ROOT,
            "%s: %3d %%, %s of %s %s, %s %s a second, %s left%n",
            task,
            Math.round(100.0 * done / total),
            Figures.count(done),
            Figures.count(total),
            unit,
            Figures.rate((done - begun) / Math.max(seconds, 1e-9)),
            unit,
            left(done, seconds));
  }

  private String left(long done, double seconds) {
    return done == begun
        ? "unknown time"
        : Figures.duration((long) (seconds * 1e9 / (done - begun) * (total - done)));
  }

  /** The bar for a person; null: a log is written, or nothing. */
  @Nullable ProgressBar bar() {
    return bar;
  }

  private ProgressBar newBar() {
    return new ProgressBarBuilder()
        .setTaskName(task)
        .setInitialMax(total)
        .startsFrom(begun, Duration.ZERO)
        .setUnit(" " + unit, 1)
        .setStyle(ProgressBarStyle.ASCII)
        .setUpdateIntervalMillis(BAR_MILLIS)
        .showSpeed()
        .setConsumer(new ConsoleProgressBarConsumer(console.err()))
        .build();
  }
}
