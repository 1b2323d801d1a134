package io.sheaf.cli.compact;

import io.sheaf.cli.console.ByteSize;
import io.sheaf.cli.console.BytesText;
import io.sheaf.cli.console.Console;
import io.sheaf.cli.console.Figures;
import io.sheaf.cli.console.JsonOption;
import io.sheaf.cli.console.JsonText;
import io.sheaf.cli.console.StoreOption;
import io.sheaf.cli.console.StorePath;
import io.sheaf.engine.Sheaf;
import io.sheaf.engine.compact.CompactionRequest;
import io.sheaf.engine.compact.CompactionRequest.Effort;
import io.sheaf.engine.compact.CompactionRequest.Form;
import io.sheaf.engine.compact.CompactionRequest.Range;
import io.sheaf.engine.compact.CompactionSummary;
import io.sheaf.engine.compact.CompactionSummary.CompactedTable;
import io.sheaf.engine.compact.OfflineCompaction;
import io.sheaf.lsm.coding.Compression;
import io.sheaf.lsm.version.TableOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Merges all files of a store that is not open. */
@Command(
    name = "compact",
    sortOptions = false,
    descriptionHeading = "%n",
    description = {
      "Merge all files of a store that is not open: what is dead goes, the rows of each group are"
          + " packed into full blocks in their order, dictionaries are learned anew, and one run a"
          + " table is left.",
      "The store stays as it was until the last step, so the device needs room for the new files"
          + " beside the old ones; that is checked first. A compaction that is cut short is gone"
          + " on with where it was when the same command is given again; until then its files are"
          + " in the directory compact.unfinished, which may be removed."
    },
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:failed; one line on standard error says why, and the store is as it was",
      "2:not understood; one line on standard error says what",
      "3:the store is in use by another process"
    },
    footerHeading = "%nExample:%n",
    footer = {
      "  sheaf compact --store messages",
      "  sheaf compact --store messages --compression zstd:19 --target-block 64k",
      "  sheaf compact --store messages --into archive --set value-block=64k"
    })
public final class CompactCommand implements Callable<Integer> {
  /** From this share of the threads' time on, the codec is what limits the speed. */
  private static final double CODEC_LIMIT = 0.7;

  @Mixin private final StoreOption store = new StoreOption();

  @Option(
      names = "--into",
      paramLabel = "DIR2",
      description =
          "Make a new store there, in a directory that is missing or empty, and leave the old one"
              + " as it is.")
  private @Nullable Path into;

  @Option(
      names = "--tables",
      paramLabel = "NAME",
      split = ",",
      description = "Only these tables, separated by commas; the others stay as they are.")
  private @Nullable List<String> tables;

  @Option(
      names = "--prefix-range",
      paramLabel = "FROM..TO",
      converter = PrefixRange.class,
      description =
          "Only the files with keys of these prefixes, and those that overlap them; TO is not in"
              + " it. "
              + BytesText.FORMS)
  private @Nullable Range range;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Ranges of keys merged at the same time; one a processor if not given.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      converter = ByteSize.Converter.class,
      defaultValue = "256m",
      description = "Memory for what is read; ${DEFAULT-VALUE} where it is not given.")
  private ByteSize memory = new ByteSize(256L << 20);

  @Option(
      names = "--compression",
      paramLabel = "CODEC",
      converter = CompressionText.class,
      defaultValue = "zstd:9",
      description =
          "Of what is written: none, lz4, zstd:1 to zstd:19; ${DEFAULT-VALUE} where it is not"
              + " given. The table's option for later merges stays.")
  private Compression compression = Compression.zstd(CompressionText.LEVEL);

  @Option(
      names = "--target-block",
      paramLabel = "SIZE",
      converter = ByteSize.Converter.class,
      description = "Size of full value blocks before compression; the table's if not given.")
  private @Nullable ByteSize targetBlock;

  @Option(
      names = "--dictionary",
      paramLabel = "SIZE",
      converter = ByteSize.Converter.class,
      description = "Length of the dictionary that is learned; the table's if not given.")
  private @Nullable ByteSize dictionary;

  @Option(
      names = "--drop-expired",
      description = "Rows whose time to live is over go; without it they stay, unseen.")
  private boolean dropExpired;

  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      converter = TableSetting.class,
      description =
          "With --into: an option that the tables have in the new store; may be repeated. "
              + TableSetting.FORMS)
  private List<TableSetting.Change> settings = new ArrayList<>();

  @Mixin private final JsonOption json = new JsonOption();

  @Option(names = "--no-progress", description = "Do not show how far it is.")
  private boolean noProgress;

  @Spec private @Nullable CommandSpec spec;

  private final Console console;

  /** A command that prints to {@code console}. */
  public CompactCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    Path directory = store.existing();
    Path target = into == null ? directory : into;
    if (into != null && Files.exists(into) && Files.isSameFile(into, directory)) {
      throw misuse("--into names the store itself: leave it out to compact in place");
    }
    if (into != null) {
      StorePath.checkOutside(directory, into, "--into", spec);
    }
    if (into == null && !settings.isEmpty()) {
      throw misuse("--set goes with --into: options of tables are changed in a new store only");
    }
    CompactionRequest request = request();
    long begin = System.nanoTime();
    CompactionSummary summary;
    try (ShownProgress progress = new ShownProgress(console, !noProgress)) {
      summary = OfflineCompaction.compact(Sheaf.components(), directory, target, request, progress);
    } catch (IllegalArgumentException e) { // no such table, or a target that is taken
      throw misuse(String.valueOf(e.getMessage()));
    }
    double seconds = (System.nanoTime() - begin) / 1e9;
    if (json.isSet()) {
      console.out().println(JsonText.of(fields(directory, target, summary, seconds)));
    } else {
      print(target, summary, seconds);
    }
    return 0;
  }

  private CompactionRequest request() {
    try {
      CompactionRequest request =
          CompactionRequest.ALL
              .withTables(tables == null ? Set.of() : Set.copyOf(tables))
              .withEffort(new Effort(threads, memory.bytes()))
              .withForm(
                  new Form(
                      compression,
                      size("--target-block", targetBlock),
                      size("--dictionary", dictionary)))
              .withDropExpired(dropExpired);
      if (range != null) {
        request = request.withRange(range);
      }
      return settings.isEmpty() ? request : request.withAltered(this::altered);
    } catch (IllegalArgumentException e) {
      throw misuse(String.valueOf(e.getMessage()));
    }
  }

  private TableOptions altered(TableOptions options) {
    TableOptions altered = options;
    for (UnaryOperator<TableOptions> setting : settings) {
      altered = setting.apply(altered);
    }
    return altered;
  }

  private int size(String option, @Nullable ByteSize size) {
    if (size == null) {
      return CompactionRequest.AS_THE_TABLE;
    }
    if (size.bytes() < 1 || size.bytes() > Integer.MAX_VALUE) {
      throw misuse(option + " must be 1 byte to 2 GB, not " + size);
    }
    return (int) size.bytes();
  }

  private void print(Path target, CompactionSummary summary, double seconds) {
    PrintStream out = console.out();
    for (CompactedTable table : summary.tables()) {
      out.printf(
          Locale.ROOT,
          "table %s: %s, %s dropped; %s on disk before, %s now (SSTables %s, value files %s)%s%n",
          table.name(),
          Figures.count(table.rows(), "row"),
          Figures.count(table.rowsBefore() - table.rows()),
          Figures.bytes(table.storedBytesBefore()),
          Figures.bytes(table.storedBytes()),
          Figures.bytes(table.keyFileBytes()),
          Figures.bytes(table.valueFileBytes()),
          table.userBytes() == 0
              ? ""
              : String.format(
                  Locale.ROOT,
                  ", %.3f bytes a user byte",
                  (double) table.storedBytes() / table.userBytes()));
    }
    if (summary.tables().stream().allMatch(table -> table.rowsBefore() == 0)) {
      out.println(target + ": no file holds such rows, and nothing was merged");
      return;
    }
    out.printf(
        Locale.ROOT,
        "%s is done, in %s%s: %s a second, and the %s was the limit (its threads computed %s of the"
            + " time)%n",
        target,
        Figures.duration((long) (seconds * 1e9)),
        summary.partsBefore() == 0
            ? ""
            : " after " + summary.partsBefore() + " of " + summary.parts() + " parts done before",
        Figures.bytes((long) (summary.mergedBytes() / Math.max(seconds, 1e-9))),
        summary.busy() >= CODEC_LIMIT ? "codec" : "disk, or what else the machine did,",
        Figures.percent(summary.busy()));
  }

  private static Map<String, Object> fields(
      Path directory, Path target, CompactionSummary summary, double seconds) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("store", directory.toString());
    fields.put("into", target.toString());
    List<Map<String, Object>> tables = new ArrayList<>();
    for (CompactedTable table : summary.tables()) {
      Map<String, Object> each = new LinkedHashMap<>();
      each.put("name", table.name());
      each.put("rowsBefore", table.rowsBefore());
      each.put("rows", table.rows());
      each.put("userBytes", table.userBytes());
      each.put("storedBytesBefore", table.storedBytesBefore());
      each.put("keyFileBytes", table.keyFileBytes());
      each.put("valueFileBytes", table.valueFileBytes());
      tables.add(each);
    }
    fields.put("tables", tables);
    fields.put("parts", summary.parts());
    fields.put("partsDoneBefore", summary.partsBefore());
    fields.put("mergedBytes", summary.mergedBytes());
    fields.put("seconds", seconds);
    fields.put("threadsComputed", summary.busy());
    return fields;
  }

  private ParameterException misuse(String why) {
    return new ParameterException(Objects.requireNonNull(spec).commandLine(), why);
  }
}
