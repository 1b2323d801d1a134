package io.sheaf.cli.console;

/**
 * Tells a person who looks on what is done at the moment.
 *
 * <p><em>Thread safety:</em> none.
 */
public final class StepLines {
  private final Console console;
  private final boolean shown;

  /** Shows steps where a person looks on and no JSON is asked for. */
  public StepLines(Console console, JsonOption json) {
    this.console = console;
    this.shown = console.interactive() && !json.isSet();
  }

  /** The next step. */
  public void show(String step) {
    if (shown) {
      console.err().println("… " + step);
    }
  }
}
