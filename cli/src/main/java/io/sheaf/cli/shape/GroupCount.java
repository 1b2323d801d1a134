package io.sheaf.cli.shape;

import io.sheaf.cli.console.WayOut;
import io.sheaf.cli.measure.TableShape;
import io.sheaf.engine.inspect.Findings;
import io.sheaf.engine.inspect.GroupWalk;
import io.sheaf.engine.inspect.StoreFileReaders;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.version.Run;
import io.sheaf.lsm.version.TableState;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Counts the groups of tables. An SSTable that is damaged is left out as a whole, and the others
 * are counted again without it: figures that end somewhere in the keys would say nothing.
 *
 * <p><em>Thread safety:</em> none.
 */
final class GroupCount {
  private final StoreFileReaders readers;
  private final Findings findings;
  private final StoreShape.Watcher watcher;
  private long passed;

  /** Counts what {@code readers} open, and adds damage to {@code findings}. */
  GroupCount(StoreFileReaders readers, Findings findings, StoreShape.Watcher watcher) {
    this.readers = readers;
    this.findings = findings;
    this.watcher = watcher;
  }

  /**
   * Counts the groups of a table.
   *
   * @throws IOException when a file cannot be read, and not for damage
   */
  StoreShape.TableGroups of(TableState table) throws IOException {
    Set<String> leftOut = new TreeSet<>();
    while (true) {
      GroupShape groups = new GroupShape();
      String unreadable = count(without(table, leftOut), groups);
      if (unreadable.isEmpty()) {
        return new StoreShape.TableGroups(
            TableShape.of(table),
            table.descriptor().options().prefix().name(),
            table.descriptor().options().valueBlockBytes(),
            groups,
            List.copyOf(leftOut));
      }
      if (!leftOut.add(unreadable)) {
        throw new IllegalStateException(unreadable + " was read, which is left out");
      }
    }
  }

  /** Adds all groups; returns the name of a file that cannot be read, empty where all can. */
  private String count(TableState table, GroupShape groups) throws IOException {
    long before = passed;
    try (GroupWalk walk = new GroupWalk(readers, table)) {
      walk.groups(group -> {
        groups.add(group);
        passed += group.entries();
        watcher.passed(passed);
      });
      return "";
    } catch (IOException failure) {
      passed = before;
      String name = WayOut.damagedFile(failure).orElse("");
      if (name.isEmpty()) {
        throw failure;
      }
      if (!(failure instanceof NoSuchFileException)) { // a finding already: the manifest names it
        findings.add(name, failure, null);
      }
      return name;
    }
  }

  private static TableState without(TableState table, Set<String> leftOut) {
    List<Run> runs = new ArrayList<>();
    for (Run run : table.runs()) {
      runs.add(
          new Run(
              run.id(),
              run.files().stream()
                  .filter(file -> !leftOut.contains(FileNames.of(FileKind.SSTABLE, file.number())))
                  .toList()));
    }
    return new TableState(table.descriptor(), runs, table.valueFiles());
  }
}
