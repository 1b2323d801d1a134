package io.sheaf.torture;

import io.sheaf.cli.SheafMain;
import io.sheaf.cli.console.Console;
import java.util.List;

/** The program {@code sheaf} with the command {@code torture}, which brings the simulated disks. */
public final class TortureMain {
  private TortureMain() {}

  /** Runs the command that {@code arguments} name, and exits with its code. */
  public static void main(String[] arguments) {
    Console console = Console.ofProcess();
    System.exit(SheafMain.run(console, List.of(new TortureCommand(console)), arguments));
  }
}
