package io.sheaf.engine.backup;

import io.sheaf.engine.backup.Backup.BackupFile;
import io.sheaf.engine.inspect.Finding;
import io.sheaf.engine.inspect.Findings;
import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.FileSystem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Reads all files of backups and compares them with their checksums.
 *
 * <p><b>Thread safety.</b> Stateless.
 */
public final class BackupCheck {
  private BackupCheck() {}

  /**
   * What is wrong with these backups, and with records that cannot be read.
   *
   * @param progress is told the name of each file before it is read
   */
  public static List<Finding> check(
      FileSystem fileSystem,
      BackupDirectory directory,
      List<Backup> backups,
      Consumer<String> progress) {
    Findings findings = new Findings();
    directory.findings().forEach(findings::add);
    Map<String, BackupFile> files = new LinkedHashMap<>();
    Map<String, List<String>> users = new HashMap<>();
    for (Backup backup : backups) {
      for (BackupFile file : backup.files()) {
        files.putIfAbsent(file.checksum(), file);
        users
            .computeIfAbsent(file.checksum(), _ -> new ArrayList<>())
            .add(String.valueOf(backup.id()));
      }
    }
    files.forEach((checksum, file) -> {
      progress.accept(file.name());
      String whose = String.join(", ", users.getOrDefault(checksum, List.of()));
      check(fileSystem, directory.file(checksum), whose, file, findings);
    });
    return findings.all();
  }

  private static void check(
      FileSystem fileSystem, Path path, String backups, BackupFile file, Findings findings) {
    try (SourceFile source = SourceFile.open(fileSystem, path)) {
      throwIfCut(fileSystem, path, file);
      String found = source.checksum();
      if (!found.equals(file.checksum())) {
        throw changed(path, file, found);
      }
    } catch (IOException e) {
      Finding finding = Finding.of(String.valueOf(path.getFileName()), e, null);
      findings.add(
          new Finding(
              finding.file(),
              finding.offset(),
              finding.problem()
                  + "; it is "
                  + file.name()
                  + " of backup "
                  + backups
                  + ". Where the store still has that file, backup --read-all copies it again",
              null));
    }
  }

  static void throwIfCut(FileSystem fileSystem, Path path, BackupFile file) throws IOException {
    String found = fileSystem.exists(path) ? fileSystem.size(path) + " bytes" : "no file";
    if (!found.equals(file.sizeBytes() + " bytes")) {
      throw new CorruptionException(path.toString(), 0, file.sizeBytes() + " bytes", found);
    }
  }

  static CorruptionException changed(Path path, BackupFile file, String found) {
    return new CorruptionException(
        path.toString(), 0, "the SHA-256 " + file.checksum() + " of its name", found);
  }
}
