package io.sheaf.cli.shape;

import io.sheaf.cli.console.ClosedStoreOption;
import io.sheaf.cli.console.Console;
import io.sheaf.cli.console.ExitCode;
import io.sheaf.cli.console.JsonOption;
import io.sheaf.cli.console.JsonText;
import io.sheaf.cli.console.KeyOption;
import io.sheaf.cli.console.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows the shape of a store: levels, value files, groups. */
@Command(
    name = "shape",
    sortOptions = false,
    descriptionHeading = "%n",
    description = {
      "Show of what a store is made: the levels of its runs, its value files by age and by how much"
          + " of them is live, its groups by size and by how scattered they are, and the prefixes"
          + " with most bytes.",
      "All SSTables are read, and of value files what they say of themselves; the store must not be"
          + " open, and nothing in it is changed. What is in the logs only is not counted. An SSTable"
          + " that is damaged is a finding, and left out of the groups."
    },
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = ExitCode.HEADING,
    exitCodeList = {
      ExitCode.FINE_TEXT,
      ExitCode.FINDINGS_TEXT,
      ExitCode.MISUSED_TEXT,
      ExitCode.IN_USE_TEXT
    },
    footerHeading = ExitCode.EXAMPLE,
    footer = "  sheaf store shape --store messages --html shape.html")
final class ShapeCommand implements Callable<Integer> {
  @Mixin private final ClosedStoreOption store = new ClosedStoreOption();

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Draw it as well, as a page that needs nothing else.")
  private @Nullable Path html;

  @Mixin private final KeyOption keys = new KeyOption();
  @Mixin private final JsonOption json = new JsonOption();

  private final Console console;

  ShapeCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    StoreShape shape = read(store.path());
    if (json.isSet()) {
      console.out().println(JsonText.of(ShapeFields.of(shape, keys)));
    } else {
      ShapeLines.print(console.out(), shape, keys);
    }
    Path page = html;
    if (page != null) {
      Files.writeString(page, ShapePage.of(shape, keys));
    }
    return shape.findings().isEmpty() ? ExitCode.FINE : ExitCode.FINDINGS;
  }

  private StoreShape read(Path path) throws IOException {
    boolean shown = console.interactive() && !json.isSet();
    try (Progress progress = Progress.start(console, shown, "reading keys", "rows", 0)) {
      return StoreShape.of(path, progress::stepTo);
    }
  }
}
