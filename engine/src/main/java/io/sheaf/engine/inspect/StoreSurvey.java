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
 * @param manifest the manifest in use, as far as it can be read; where CURRENT does not tell which,
 *     the newest that can be read
 * @param whole whether this is certainly all that the manifest in use says
 * @param findings what is wrong with CURRENT and the manifest
 */
public record StoreSurvey(
    Path directory,
    List<Numbered> files,
    ManifestSalvage manifest,
    boolean whole,
    List<Finding> findings) {
  /** Copies the lists. */
  public StoreSurvey {
    files = List.copyOf(files);
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
    return new StoreSurvey(directory, files, best, whole, findings);
  }

  private static boolean isBetter(ManifestSalvage one, ManifestSalvage other) {
    return other.damage() != null
        && (one.damage() == null || one.nextFileNumber() > other.nextFileNumber());
  }

  /** The state that the manifest ends with, as far as it can be read. */
  public Version version() {
    return manifest.version();
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

  /** Path of a file. */
  public Path path(FileKind kind, long number) {
    return directory.resolve(FileNames.of(kind, number));
  }

  /** Of the store's state, null where nothing of it is known: a table with this number. */
  public @Nullable TableState table(int id) {
    return version().table(id);
  }
}
