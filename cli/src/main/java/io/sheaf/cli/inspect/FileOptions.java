package io.sheaf.cli.inspect;

import io.sheaf.cli.console.Console;
import io.sheaf.cli.console.ExitCode;
import io.sheaf.cli.console.JsonOption;
import io.sheaf.cli.console.Report;
import io.sheaf.engine.Sheaf;
import io.sheaf.engine.inspect.Findings;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.io.FileNames.Numbered;
import io.sheaf.lsm.io.FileSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Which files are shown, and in which form. */
final class FileOptions {
  /** Shows one file. */
  @FunctionalInterface
  interface Inspection {
    /**
     * Shows it in the report; what is wrong with it, and other failures to read it, are findings.
     */
    void inspect(StoredFile file, Report report, Findings findings) throws IOException;
  }

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description = "Files of a store, under the names that the store gave them.")
  private List<Path> files = new ArrayList<>();

  @Mixin private final JsonOption json = new JsonOption();

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec spec;

  FileOptions() {}

  /** Shows each file, and what is wrong with it; returns the exit code. */
  int inspect(Console console, FileKind kind, Inspection inspection) throws IOException {
    List<StoredFile> all = new ArrayList<>();
    for (Path path : files) {
      all.add(stored(path, kind));
    }
    boolean fine = true;
    for (StoredFile file : all) {
      fine &= inspect(console, file, inspection);
    }
    return fine ? ExitCode.FINE : ExitCode.FINDINGS;
  }

  private boolean inspect(Console console, StoredFile file, Inspection inspection)
      throws IOException {
    FileSystem fileSystem = Sheaf.components().fileSystem();
    Findings findings = new Findings();
    try (FileSystem.FileLock _ =
            fileSystem.lockForReading(file.directory().resolve(FileNames.LOCK));
        Report report = Report.begin(console, json)) {
      file.header(fileSystem, report, findings);
      try {
        inspection.inspect(file, report, findings);
      } catch (IOException e) {
        findings.add(file.name(), e, null);
      }
      report.findings(findings.all());
    }
    return findings.all().isEmpty();
  }

  private StoredFile stored(Path path, FileKind kind) {
    String name = String.valueOf(path.getFileName());
    Optional<Numbered> numbered = FileNames.parse(name);
    if (numbered.isEmpty() || numbered.get().kind() != kind) {
      throw wrong(
          path + " is not named as the store named it: " + FileNames.of(kind, 5) + ", for example");
    }
    if (!Files.isRegularFile(path)) {
      throw wrong(path + ": no such file");
    }
    return new StoredFile(path, kind, numbered.get().number());
  }

  private ParameterException wrong(String why) {
    return new ParameterException(Objects.requireNonNull(spec).commandLine(), why);
  }
}
