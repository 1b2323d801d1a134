package io.sheaf.cli.shape;

import io.sheaf.cli.measure.DiskBytes;
import io.sheaf.cli.measure.TableShape;
import io.sheaf.engine.Sheaf;
import io.sheaf.engine.inspect.Finding;
import io.sheaf.engine.inspect.Findings;
import io.sheaf.engine.inspect.StoreFileReaders;
import io.sheaf.engine.inspect.StoreSurvey;
import io.sheaf.engine.verify.StoreVerifier;
import io.sheaf.lsm.db.Components;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.version.TableState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Of what a store is made that is not open: its files, and its groups.
 *
 * @param path the store
 * @param disk bytes of its files by kind
 * @param logs number of logs with writes that may be in no SSTable yet
 * @param tables in the order of their creation
 * @param findings what could not be read
 */
record StoreShape(
    Path path, DiskBytes disk, int logs, List<TableGroups> tables, List<Finding> findings) {
  /** Copies the lists. */
  StoreShape {
    tables = List.copyOf(tables);
    findings = List.copyOf(findings);
  }

  /**
   * A table with its groups.
   *
   * @param prefixRule how its keys split
   * @param valueBlockBytes raw size of a full value block
   * @param groups of the SSTables that can be read
   * @param leftOut names of the others
   */
  record TableGroups(
      TableShape files,
      String prefixRule,
      int valueBlockBytes,
      GroupShape groups,
      List<String> leftOut) {
    /** Copies the list. */
    TableGroups {
      leftOut = List.copyOf(leftOut);
    }

    String name() {
      return files.name();
    }
  }

  /** Is told how far it is. */
  @FunctionalInterface
  interface Watcher {
    /** So many of all SSTable entries were passed. */
    void passed(long entries);
  }

  /**
   * Reads the manifest and all SSTables of a store, and of value files what they say of themselves.
   */
  static StoreShape of(Path path, Watcher watcher) throws IOException {
    Components parts = Sheaf.components();
    Findings findings = new Findings();
    StoreVerifier.verify(parts, path, false, file -> {}).findings().forEach(findings::add);
    try (FileSystem.FileLock _ = parts.fileSystem().lockForReading(path.resolve(FileNames.LOCK))) {
      StoreSurvey survey = StoreSurvey.of(parts.fileSystem(), path, parts.extractors());
      List<TableGroups> tables = new ArrayList<>();
      try (StoreFileReaders readers =
          new StoreFileReaders(
              parts,
              path,
              () -> {
                throw new IllegalStateException("a look at files writes none");
              })) {
        GroupCount count = new GroupCount(readers, findings, watcher);
        for (TableState table : survey.version().tablesInOrder().values()) {
          tables.add(count.of(table));
        }
      }
      return new StoreShape(path, DiskBytes.of(path), survey.logs().size(), tables, findings.all());
    }
  }
}
