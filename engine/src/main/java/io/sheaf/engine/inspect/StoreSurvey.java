package io.sheaf.engine.inspect;

import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.io.FileNames.Numbered;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.version.CurrentFile;
import io.sheaf.lsm.version.ManifestSalvage;
import io.sheaf.lsm.version.PrefixResolver;
import io.sheaf.lsm.version.TableState;
import io.sheaf.lsm.version.Version;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which files are in a store's directory, and what CURRENT and the manifest say of them.
 *
 * @param directory the store
 * @param files the files in it that have a number
 * @param unfinished names of SSTables in it that were never finished: nothing needs them
 * @param manifest the manifest in use, as far as it can be read; where CURRENT does not tell which,
 *     the newest that can be read
 * @param whole whether this is certainly all that the manifest in use says
 * @param findings what is wrong with CURRENT and the manifest
 */
public record StoreSurvey(
    Path directory,
    List<Numbered> files,
    List<String> unfinished,
    ManifestSalvage manifest,
    boolean whole,
    List<Finding> findings) {
  /** Copies the lists. */
  public StoreSurvey {
    files = List.copyOf(files);
    unfinished = List.copyOf(unfinished);
    findings = List.copyOf(findings);
  }

  /**
   * Looks at a directory.
   *
   * @throws IOException when it cannot be listed, or nothing in it is of a store
   */
  public static StoreSurvey of(FileSystem fileSystem, Path directory, PrefixResolver prefixes)
      throws IOException {
    List<String> names = fileSystem.list(directory);
    List<Numbered> files = new ArrayList<>();
    names.forEach(name -> FileNames.parse(name).ifPresent(files::add));
    files.sort(Comparator.comparingLong(Numbered::number));
    if (files.isEmpty() && !names.contains(FileNames.CURRENT)) {
      throw new IOException(directory + " is not a Sheaf store: no file of a store is in it");
    }
    List<Finding> findings = new ArrayList<>();
    Optional<Long> named = Optional.empty();
    try {
      named = Optional.of(CurrentFile.read(fileSystem, directory));
    } catch (IOException e) {
      IOException damage =
          names.contains(FileNames.CURRENT)
              ? e
              : new CorruptionException(
                  directory.resolve(FileNames.CURRENT).toString(),
                  0,
                  "the name of the manifest in use",
                  "no such file");
      findings.add(Finding.of(FileNames.CURRENT, damage, null));
    }
    List<Long> manifests =
        files.stream()
            .filter(file -> file.kind() == FileKind.MANIFEST)
            .map(Numbered::number)
            .sorted(Comparator.reverseOrder())
            .toList();
    List<Long> candidates = new ArrayList<>();
    named.ifPresent(candidates::add);
    manifests.stream().filter(number -> !candidates.contains(number)).forEach(candidates::add);
    ManifestSalvage best = null;
    boolean whole = false;
    for (Long number : candidates) {
      ManifestSalvage read = ManifestSalvage.read(fileSystem, directory, number, prefixes);
      boolean first = best == null;
      if (read.damage() != null && (first || named.isEmpty())) {
        findings.add(Finding.of(FileNames.of(FileKind.MANIFEST, number), read.damage(), null));
      }
      if (best == null || isBetter(read, best)) {
        best = read;
        whole = first && read.damage() == null;
      }
      if (read.damage() == null) {
        break;
      }
    }
    if (best == null) {
      best =
          ManifestSalvage.none(
              new CorruptionException(directory.toString(), 0, "a manifest", "none"));
      findings.add(new Finding(FileNames.CURRENT, 0, "there is no manifest", null));
    }
    List<String> unfinished =
        names.stream().filter(name -> FileNames.parseUnfinished(name).isPresent()).toList();
    return new StoreSurvey(directory, files, unfinished, best, whole, findings);
  }

  private static boolean isBetter(ManifestSalvage one, ManifestSalvage other) {
    return other.damage() != null
        && (one.damage() == null || one.nextFileNumber() > other.nextFileNumber());
  }

  /** The state that the manifest ends with, as far as it can be read. */
  public Version version() {
    return manifest.version();
  }

  /**
   * For who needs all that the manifest says.
   *
   * @throws IOException when CURRENT or the manifest is damaged: where, and how to go on
   */
  public void throwIfDamaged() throws IOException {
    if (!findings.isEmpty()) {
      throw damaged(findings.getFirst());
    }
    if (!whole) {
      throw damaged(new Finding(FileNames.CURRENT, 0, "names no manifest that is whole", null));
    }
  }

  /**
   * For who needs all writes.
   *
   * @throws IOException when a log is not there which must be, and how to go on
   */
  public void throwIfLogIsMissing() throws IOException {
    Optional<Finding> missing = missingLog(false);
    if (missing.isPresent()) {
      throw damaged(missing.get());
    }
  }

  private IOException damaged(Finding finding) {
    return new IOException(
        directory.resolve(finding.file())
            + " is damaged at offset "
            + finding.offset()
            + ": "
            + finding.problem()
            + CorruptionException.HOW_TO_GO_ON);
  }

  /** Files of this kind, in the order of their numbers. */
  public List<Long> numbers(FileKind kind) {
    return files.stream().filter(file -> file.kind() == kind).map(Numbered::number).toList();
  }

  /** Whether a file is there. */
  public boolean has(FileKind kind, long number) {
    return files.contains(new Numbered(number, kind));
  }

  /** The SSTables and value files of the version. */
  public Set<Numbered> named() {
    Set<Numbered> named = new HashSet<>();
    for (TableState table : version().tables().values()) {
      named.addAll(ManifestSalvage.filesOf(table));
    }
    return named;
  }

  /** Numbers of the logs that hold writes which may be in no SSTable. */
  public List<Long> logs() {
    long oldest = whole ? version().logNumber() : 0;
    return numbers(FileKind.LOG).stream().filter(number -> number >= oldest).toList();
  }

  /**
   * That a log is not there which must be; nothing: all are there, as far as the manifest tells.
   *
   * @param old whether the manifest is known to be an old one: newer logs may do
   */
  public Optional<Finding> missingLog(boolean old) {
    long needed = whole && !old ? version().logNumber() : 0;
    if (needed > 0 && !has(FileKind.LOG, needed)) {
      return Optional.of(
          new Finding(
              FileNames.of(FileKind.LOG, needed),
              0,
              "the manifest needs this log, but there is no such file: the writes with sequence"
                  + " numbers from "
                  + (version().lastSequence() + 1)
                  + " on may be missing",
              null));
    }
    if ((!whole || old) && numbers(FileKind.LOG).isEmpty()) {
      return Optional.of(
          new Finding(
              FileNames.CURRENT,
              0,
              "there is no log: the writes with sequence numbers from "
                  + (version().lastSequence() + 1)
                  + " on may be missing, where they are in no SSTable",
              null));
    }
    return Optional.empty();
  }

  /** Path of a file. */
  public Path path(FileKind kind, long number) {
    return directory.resolve(FileNames.of(kind, number));
  }

  /** Of the store's state, null where nothing of it is known: a table with this number. */
  public @Nullable TableState table(int id) {
    return version().table(id);
  }
}
