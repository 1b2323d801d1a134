package io.sheaf.cli.inspect;

import io.sheaf.cli.console.Console;
import io.sheaf.cli.console.ExitCode;
import io.sheaf.cli.console.Fields;
import io.sheaf.cli.console.Report;
import io.sheaf.engine.Sheaf;
import io.sheaf.engine.inspect.Findings;
import io.sheaf.engine.inspect.StoreFileReaders;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.key.RangeTombstone;
import io.sheaf.lsm.sstable.MergedRange;
import io.sheaf.lsm.sstable.TableProperties;
import io.sheaf.lsm.sstable.TableSalvage;
import io.sheaf.lsm.version.FileMetadata;
import io.sheaf.lsm.version.FileMetadata.ValueShare;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows what is in SSTables. */
@Command(
    name = "sstable",
    sortOptions = false,
    descriptionHeading = "%n",
    description = {
      "Show what is in SSTables: header, properties, where the parts lie, data blocks with their"
          + " first and last keys, range deletes, which value files are referred to.",
      "Every part and every data block is read, and its checksum verified."
    },
    parameterListHeading = "%nFiles:%n",
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = ExitCode.HEADING,
    exitCodeList = {
      ExitCode.FINE_TEXT,
      ExitCode.FINDINGS_TEXT,
      ExitCode.MISUSED_TEXT,
      ExitCode.IN_USE_TEXT
    },
    footerHeading = ExitCode.EXAMPLE,
    footer = "  sheaf inspect sstable --rows --prefix id:#ubuntu messages/000005.sst")
final class InspectTableCommand implements Callable<Integer> {
  @Mixin private final FileOptions files = new FileOptions();
  @Mixin private final ShownKeys keys = new ShownKeys();

  @Option(
      names = "--references",
      description = "Show each reference to a value block, with the keys of its rows.")
  private boolean references;

  @Option(
      names = "--rows",
      description = "Show each row: key, sequence number, what it does, where its value lies.")
  private boolean rows;

  @Option(
      names = "--values",
      description = "Show each row with its value; value files are looked for beside the SSTable.")
  private boolean values;

  private final Console console;

  InspectTableCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    return files.inspect(console, FileKind.SSTABLE, this::inspect);
  }

  private void inspect(StoredFile file, Report report, Findings findings) throws IOException {
    try (StoreFileReaders readers =
            new StoreFileReaders(
                Sheaf.components(),
                file.directory(),
                () -> {
                  throw new IllegalStateException("a look at files writes none");
                });
        TableSalvage table = readers.salvage(file.number())) {
      for (CorruptionException damage : table.damages()) {
        findings.add(file.name(), damage, null);
      }
      ShownTable name = table.properties().map(ShownTable::of).orElse(ShownTable.NONE);
      table.properties().ifPresent(known -> showProperties(known, report));
      showParts(table, name, report);
      if (references || rows || values) {
        TableRows shown = new TableRows(keys, name, file.name(), report, findings);
        if (references) {
          report.list("references");
          shown.references(table);
        }
        if (rows || values) {
          report.list("rows");
          shown.rows(table, values);
        }
      }
    }
  }

  private void showProperties(TableProperties known, Report report) {
    ShownTable table = ShownTable.of(known);
    FileMetadata file = known.metadata();
    report.field("table", table.name());
    report.field("tableId", known.table().id());
    report.fields(TableFields.options(known.table().prefixRule(), known.table().options()));
    Map<String, Object> fields = Fields.of("level", file.level(), "entries", file.entries());
    fields.put("deletes", file.deletes());
    fields.put("rangeDeletes", file.rangeDeletes());
    keys.put(fields, "smallestKey", table, file.smallestKey());
    keys.put(fields, "largestKey", table, file.largestKey());
    keys.put(fields, "smallestSuffix", ShownTable.NONE, file.smallestSuffix());
    keys.put(fields, "largestSuffix", ShownTable.NONE, file.largestSuffix());
    fields.put("smallestSequence", file.smallestSequence());
    fields.put("largestSequence", file.largestSequence());
    fields.put("keepsTimes", known.keepsTimes());
    fields.put("oldestTimeMillis", file.oldestTimeMillis());
    fields.put("newestTimeMillis", file.newestTimeMillis());
    fields.put("rawKeyBytes", file.rawKeyBytes());
    fields.put("inlineValueBytes", file.inlineBytes());
    fields.put("separatedRows", file.separatedRows());
    fields.put("blockReferences", file.blockReferences());
    fields.put("storedDictionaryBytes", known.dictionaryBytes());
    report.fields(fields);
    report.list("merged");
    for (MergedRange merged : known.merged()) {
      Map<String, Object> range = Fields.of("upToSequence", merged.sequence());
      keys.put(range, "from", table, merged.from());
      keys.put(range, "to", table, merged.to());
      report.item(range);
    }
    report.list("valueFiles");
    for (ValueShare share : file.shares()) {
      report.item(
          Fields.of(
              "number", share.valueFile(), "rows", share.rows(), "rawBytes", share.rawBytes()));
    }
  }

  private void showParts(TableSalvage table, ShownTable name, Report report) {
    report.list("parts");
    for (TableSalvage.Part part : table.parts()) {
      report.item(
          Fields.of("offset", part.offset(), "lengthBytes", part.lengthBytes(), "is", part.what()));
    }
    report.list("rangeTombstones");
    for (RangeTombstone tombstone : table.rangeTombstones().tombstones()) {
      Map<String, Object> fields = Fields.of("sequence", tombstone.sequence());
      keys.put(fields, "from", name, tombstone.start());
      keys.put(fields, "to", name, tombstone.end());
      report.item(fields);
    }
    report.list("blocks");
    for (TableSalvage.Block block : table.blocks()) {
      Slice first = block.firstKey();
      if (keys.mayConcern(first, block.lastKey())) {
        Map<String, Object> fields =
            Fields.of(
                "offset", block.offset(),
                "storedBytes", block.storedBytes(),
                "rawBytes", block.rawBytes(),
                "codec", StoredFile.codec(block.codec()),
                "runs", block.runs());
        keys.put(fields, "first", name, first);
        keys.put(fields, "last", name, block.lastKey());
        report.item(fields);
      }
    }
  }
}
