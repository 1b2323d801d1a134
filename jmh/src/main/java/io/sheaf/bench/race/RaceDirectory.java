package io.sheaf.bench.race;

import io.sheaf.bench.engine.EngineName;
import io.sheaf.bench.report.RaceJson;
import io.sheaf.bench.report.RaceReport;
import io.sheaf.bench.summary.RaceOutcome;
import io.sheaf.cli.console.EmptyDirectory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Where a race puts what it finds, and its stores.
 *
 * <p><em>Thread safety:</em> immutable.
 *
 * @param out for results, report and logs
 * @param stores for the stores, a directory for each turn
 */
record RaceDirectory(Path out, Path stores) {
  /** Makes the directories; leaves none for stores where this fails. */
  void create() throws IOException {
    Files.createDirectories(stores);
    try {
      Files.createDirectories(out.resolve("logs"));
    } catch (IOException e) {
      removeStoresIfEmpty();
      throw e;
    }
  }

  /** Bytes that the disk of the stores has left, which need not be there yet. */
  long freeBytes() throws IOException {
    Path there = stores;
    while (!Files.exists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    return Files.getFileStore(there).getUsableSpace();
  }

  Path results() {
    return out.resolve("results.json");
  }

  Path report() {
    return out.resolve("report.html");
  }

  Path store(EngineName engine, int round) {
    return stores.resolve(turn(engine, round));
  }

  Path log(EngineName engine, int round) {
    return out.resolve("logs").resolve(turn(engine, round) + ".log");
  }

  private static String turn(EngineName engine, int round) {
    return "round-" + round + "-" + engine.label();
  }

  /** Writes results and report anew; whoever reads them meanwhile sees the old or the new ones. */
  void write(RaceOutcome outcome) throws IOException {
    replace(results(), RaceJson.of(outcome));
    replace(report(), RaceReport.of(outcome));
  }

  /** Removes the directory of the stores, if all of them are gone. */
  void removeStoresIfEmpty() throws IOException {
    if (Files.exists(stores) && EmptyDirectory.isEmptyOrMissing(stores)) {
      Files.delete(stores);
    }
  }

  private static void replace(Path file, String text) throws IOException {
    Path next = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(next, text, StandardCharsets.UTF_8);
    try {
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
