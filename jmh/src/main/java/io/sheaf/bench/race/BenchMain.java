package io.sheaf.bench.race;

import io.sheaf.bench.im.ImBenchCommand;
import io.sheaf.cli.SheafMain;
import io.sheaf.cli.console.Console;
import java.util.List;
import picocli.CommandLine;

/** The program {@code sheaf} with the command {@code bench}, which needs RocksDB. */
public final class BenchMain {
  private BenchMain() {}

  /** Runs the command that {@code arguments} name, and exits with its code. */
  public static void main(String[] arguments) {
    Console console = Console.ofProcess();
    CommandLine bench = new CommandLine(new BenchCommand(console));
    bench.addSubcommand(new ImBenchCommand(console));
    System.exit(SheafMain.run(console, List.of(bench), arguments));
  }
}
