package io.sheaf.cli.move;

import io.sheaf.cli.console.Console;
import io.sheaf.cli.console.ExitCode;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Imports rows from CSV. */
@Command(
    name = "csv",
    sortOptions = false,
    descriptionHeading = "%n",
    description = {
      "Import rows from CSV as 'sheaf export' writes them; a row that is there already is"
          + " replaced. Tables that are missing are made with the defaults and --prefix-rule.",
      "Rows are written as they are read, many in a batch: of an import that fails, those before the"
          + " place that is named are there, and it can be run again."
    },
    parameterListHeading = "%nFile:%n",
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = ExitCode.HEADING,
    exitCodeList = {
      ExitCode.DONE_TEXT,
      ExitCode.FAILED_TEXT,
      ExitCode.MISUSED_TEXT,
      ExitCode.IN_USE_TEXT
    },
    footerHeading = ExitCode.EXAMPLE,
    footer = "  sheaf import csv --store messages rows.csv")
public final class ImportCsvCommand implements Callable<Integer> {
  @Mixin private final RowImport rows = new RowImport();

  private final Console console;

  /** A command that prints to {@code console}. */
  public ImportCsvCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    rows.run(console, RowForm.CSV);
    return ExitCode.FINE;
  }
}
