package io.sheaf.cli.health;

import io.sheaf.cli.console.Console;
import io.sheaf.cli.console.JsonOption;

/**
 * Tells a person who looks on what is done at the moment.
 *
 * <p><em>Thread safety:</em> none.
 */
final class StepLines {
  private final Console console;
  private final boolean shown;

  StepLines(Console console, JsonOption json) {
    this.console = console;
    this.shown = console.interactive() && !json.isSet();
  }

  void show(String step) {
    if (shown) {
      console.err().println("… " + step);
    }
  }
}
