package io.sheaf.cli.inspect;

import io.sheaf.cli.console.Console;
import io.sheaf.cli.console.ExitCode;
import io.sheaf.cli.console.Fields;
import io.sheaf.cli.console.PrintableText;
import io.sheaf.cli.console.Report;
import io.sheaf.engine.Sheaf;
import io.sheaf.engine.inspect.Findings;
import io.sheaf.lsm.coding.NativeBuffer;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.valuelog.ValueBlock;
import io.sheaf.valuelog.ValueFileReader;
import io.sheaf.valuelog.ValueFileTotals;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows what is in value files. */
@Command(
    name = "value-file",
    sortOptions = false,
    descriptionHeading = "%n",
    description = {
      "Show what is in value files: header, totals, and of each value block the prefix of its"
          + " group, the first and the last suffix, and the number of rows.",
      "Every block is read, and its checksum verified."
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
    footer = "  sheaf inspect value-file messages/000004.val")
final class InspectValueFileCommand implements Callable<Integer> {
  @Mixin private final FileOptions files = new FileOptions();
  @Mixin private final ShownKeys keys = new ShownKeys();

  @Option(
      names = {"--rows", "--values"},
      description =
          "Show the values of each block too, one behind the other: where each of them ends, the"
              + " SSTable says (inspect sstable --values).")
  private boolean values;

  private final Console console;

  InspectValueFileCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    return files.inspect(console, FileKind.VALUES, this::inspect);
  }

  private void inspect(StoredFile file, Report report, Findings findings) throws IOException {
    try (ValueFileReader reader =
        ValueFileReader.open(Sheaf.components().fileSystem(), file.path(), file.number())) {
      ShownTable table = TableNames.in(file.directory()).of(reader.tableId());
      report.field("table", table.name());
      report.field("tableId", reader.tableId());
      try {
        ValueFileTotals totals = reader.totals();
        report.field("blocksInAll", totals.blocks());
        report.field("rows", totals.rows());
        report.field("rawBytes", totals.rawBytes());
        report.field("newestTimeMillis", totals.newestTimeMillis());
      } catch (CorruptionException e) {
        findings.add(file.name(), e, null);
      }
      report.list("blocks");
      boolean more = true;
      while (more) {
        try {
          ValueBlock block = reader.next();
          more = block != null;
          show(table, reader, block, report);
        } catch (CorruptionException e) {
          findings.add(file.name(), e, null);
          more = reader.skipDamage() > 0;
        }
      }
    }
  }

  private void show(
      ShownTable table, ValueFileReader reader, @Nullable ValueBlock block, Report report)
      throws IOException {
    if (block == null || !concerns(block)) {
      return;
    }
    Map<String, Object> fields =
        Fields.of(
            "offset", block.offset(),
            "storedBytes", block.storedBytes(),
            "rawBytes", block.rawBytes(),
            "codec", StoredFile.codec(block.codec()),
            "rows", block.rows());
    keys.put(fields, "prefix", table, block.prefix());
    keys.put(fields, "firstSuffix", ShownTable.NONE, block.firstSuffix());
    keys.put(fields, "lastSuffix", ShownTable.NONE, block.lastSuffix());
    if (block.newestTimeMillis() != 0) {
      fields.put("newestTimeMillis", block.newestTimeMillis());
    }
    if (values) {
      try (NativeBuffer raw = reader.values()) {
        Slice bytes = new Slice().set(raw.segment(), 0, raw.capacity());
        fields.put("values", PrintableText.of(bytes.toByteArray()));
      }
    }
    report.item(fields);
  }

  /** Keys of the block begin with its prefix, so it and the one that is asked for must agree. */
  private boolean concerns(ValueBlock block) {
    Slice wanted = keys.prefix().orElse(block.prefix());
    return block.prefix().startsWith(wanted) || wanted.startsWith(block.prefix());
  }
}
