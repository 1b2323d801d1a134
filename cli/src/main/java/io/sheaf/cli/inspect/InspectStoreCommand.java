package io.sheaf.cli.inspect;

import io.sheaf.cli.console.Console;
import io.sheaf.cli.console.ExitCode;
import io.sheaf.cli.console.Fields;
import io.sheaf.cli.console.JsonOption;
import io.sheaf.cli.console.KeyOption;
import io.sheaf.cli.console.Report;
import io.sheaf.cli.console.StorePath;
import io.sheaf.engine.Sheaf;
import io.sheaf.engine.inspect.FileLengths;
import io.sheaf.engine.inspect.Finding;
import io.sheaf.engine.inspect.StoreSurvey;
import io.sheaf.lsm.db.Components;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.io.FileNames.Numbered;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.key.PrefixExtractor;
import io.sheaf.lsm.value.ValueFileMetadata;
import io.sheaf.lsm.version.FileMetadata;
import io.sheaf.lsm.version.Run;
import io.sheaf.lsm.version.TableState;
import io.sheaf.lsm.version.Version;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows what a store says of itself. */
@Command(
    name = "store",
    sortOptions = false,
    descriptionHeading = "%n",
    description = {
      "Show what CURRENT and the manifest say of a store: its tables with their options, every"
          + " SSTable and value file, and which files of the directory are the store's.",
      "SSTables, value files and logs are not read: verify does that."
    },
    parameterListHeading = "%nDirectories:%n",
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = ExitCode.HEADING,
    exitCodeList = {
      ExitCode.FINE_TEXT,
      ExitCode.FINDINGS_TEXT,
      ExitCode.MISUSED_TEXT,
      ExitCode.IN_USE_TEXT
    },
    footerHeading = ExitCode.EXAMPLE,
    footer = "  sheaf inspect store messages")
final class InspectStoreCommand implements Callable<Integer> {
  @Parameters(arity = "1..*", paramLabel = "DIR", description = "Directories of stores.")
  private List<Path> directories = new ArrayList<>();

  @Mixin private final KeyOption keys = new KeyOption();
  @Mixin private final JsonOption json = new JsonOption();

  @Spec private @Nullable CommandSpec spec;

  private final Console console;

  InspectStoreCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    for (Path directory : directories) {
      StorePath.existing(directory, spec);
    }
    boolean fine = true;
    for (Path directory : directories) {
      fine &= inspect(directory);
    }
    return fine ? ExitCode.FINE : ExitCode.FINDINGS;
  }

  private boolean inspect(Path directory) throws IOException {
    Components parts = Sheaf.components();
    try (FileSystem.FileLock _ =
        parts.fileSystem().lockForReading(directory.resolve(FileNames.LOCK))) {
      StoreSurvey survey = StoreSurvey.of(parts.fileSystem(), directory, parts.extractors());
      List<Finding> findings = new ArrayList<>(survey.findings());
      survey.missingLog(false).ifPresent(findings::add);
      try (Report report = Report.begin(console, json)) {
        show(survey, report, findings);
        report.findings(findings);
      }
      return findings.isEmpty();
    }
  }

  private void show(StoreSurvey survey, Report report, List<Finding> findings) throws IOException {
    Version version = survey.version();
    report.field("store", survey.directory().toString());
    report.field("id", version.store().toString());
    report.field("manifestWhole", survey.whole());
    report.field("nextFileNumber", survey.manifest().nextFileNumber());
    report.field("nextTableId", version.nextTableId());
    report.field("oldestLogNeeded", version.logNumber());
    report.field("lastSequenceInSstables", version.lastSequence());
    report.list("tables");
    for (TableState table : version.tablesInOrder().values()) {
      Map<String, Object> fields =
          Fields.of("id", table.descriptor().id(), "name", table.descriptor().name());
      fields.putAll(
          TableFields.options(
              table.descriptor().options().prefix().name(), table.descriptor().options()));
      report.item(fields);
    }
    report.list("sstables");
    version.tablesInOrder().values().forEach(table -> showKeyFiles(table, report));
    report.list("valueFiles");
    version.tablesInOrder().values().forEach(table -> showValueFiles(table, report));
    report.list("files");
    Set<Numbered> named = survey.named();
    for (Numbered file : survey.files()) {
      report.item(
          Fields.of(
              "file", FileNames.of(file.kind(), file.number()), "is", use(survey, named, file)));
    }
    for (Map.Entry<Numbered, Long> file : FileLengths.of(version).entrySet()) {
      checkLength(survey, file.getKey(), file.getValue()).ifPresent(findings::add);
    }
  }

  private static Optional<Finding> checkLength(StoreSurvey survey, Numbered file, long expected)
      throws IOException {
    String name = FileNames.of(file.kind(), file.number());
    if (!survey.has(file.kind(), file.number())) {
      return Optional.of(
          new Finding(name, 0, "is in the manifest, but there is no such file", null));
    }
    long found = Sheaf.components().fileSystem().size(survey.path(file.kind(), file.number()));
    return found == expected
        ? Optional.empty()
        : Optional.of(
            new Finding(
                name,
                Math.min(found, expected),
                "has " + found + " bytes instead of " + expected,
                null));
  }

  private void showKeyFiles(TableState table, Report report) {
    for (Run run : table.runs()) {
      for (FileMetadata file : run.files()) {
        String name = table.descriptor().name();
        Map<String, Object> fields =
            Fields.of(
                "number", file.number(),
                "table", name,
                "run", run.id(),
                "level", file.level(),
                "sizeBytes", file.sizeBytes(),
                "entries", file.entries(),
                "deletes", file.deletes(),
                "rangeDeletes", file.rangeDeletes(),
                "separatedRows", file.separatedRows());
        PrefixExtractor rule = table.descriptor().options().prefix();
        fields.put("first", keys.show(name, rule, file.smallestKey()));
        fields.put("firstHex", KeyOption.hex(file.smallestKey()));
        fields.put("last", keys.show(name, rule, file.largestKey()));
        fields.put("lastHex", KeyOption.hex(file.largestKey()));
        fields.put("sequences", file.smallestSequence() + " to " + file.largestSequence());
        report.item(fields);
      }
    }
  }

  private static void showValueFiles(TableState table, Report report) {
    Map<Long, Long> live = table.liveRawBytes();
    for (ValueFileMetadata file : table.valueFilesInOrder().values()) {
      report.item(
          Fields.of(
              "number", file.number(),
              "table", table.descriptor().name(),
              "sizeBytes", file.sizeBytes(),
              "blocks", file.blocks(),
              "rows", file.rows(),
              "rawBytes", file.rawBytes(),
              "liveBytes", live.getOrDefault(file.number(), 0L)));
    }
  }

  private static String use(StoreSurvey survey, Set<Numbered> named, Numbered file) {
    return switch (file.kind()) {
      case MANIFEST -> "a manifest";
      case LOG ->
          survey.logs().contains(file.number()) ? "a log that is needed" : "a log not needed";
      case SSTABLE, VALUES -> named.contains(file) ? "in the manifest" : "not in the manifest";
    };
  }
}
