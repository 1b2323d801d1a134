package io.sheaf.cli.save;

import io.sheaf.cli.console.TimeText;
import io.sheaf.engine.backup.Backup;
import io.sheaf.engine.backup.BackupDirectory;
import io.sheaf.engine.inspect.Finding;
import io.sheaf.lsm.io.CorruptionException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The option that names a directory of backups which is there. */
final class BackupsOption {
  private static final int LONGEST_ID = 18;

  @Option(
      names = "--backup",
      required = true,
      paramLabel = "DIR",
      description = "Directory of the backups.")
  private @Nullable Path directory;

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec spec;

  BackupsOption() {}

  /** The directory. */
  Path path() {
    Path path = Objects.requireNonNull(directory);
    if (!Files.isDirectory(path)) {
      throw wrong(path + ": no such directory");
    }
    return path;
  }

  /**
   * The backup that is meant.
   *
   * @param at its id, or a time: the newest that is not later; null: the newest
   * @throws CorruptionException when its record is damaged, or those of all are
   */
  Backup choose(BackupDirectory backups, @Nullable String at) throws CorruptionException {
    List<Backup> all = backups.backups();
    if (all.isEmpty()) {
      if (!backups.damages().isEmpty()) {
        throw backups.damages().getLast();
      }
      throw wrong("there is no backup in " + backups.path());
    }
    if (at == null) {
      return all.getLast();
    }
    boolean isId = isId(at);
    CorruptionException damage = isId ? backups.damageOf(Long.parseLong(at)) : null;
    if (damage != null) {
      throw damage;
    }
    return all.reversed().stream()
        .filter(backup ->
            isId ? at.equals(Long.toString(backup.id())) : backup.timeMillis() <= millis(at))
        .findFirst()
        .orElseThrow(() ->
            wrong(
                "there is no backup "
                    + at
                    + " in "
                    + backups.path()
                    + ", only "
                    + all.getFirst().id()
                    + " to "
                    + all.getLast().id()
                    + ", from "
                    + Instant.ofEpochMilli(all.getFirst().timeMillis())
                    + " on"));
  }

  /**
   * What is wrong with the records of newer backups that were passed over for {@code chosen}.
   *
   * @param at as for {@link #choose}
   */
  List<Finding> passedOver(BackupDirectory backups, Backup chosen, @Nullable String at) {
    if (at != null && isId(at)) {
      return List.of(); // this one is meant, whatever came later
    }
    return backups.findingsBehind(chosen).stream()
        .map(finding ->
            new Finding(
                finding.file(),
                finding.offset(),
                finding.problem() + "; this backup is newer and was passed over",
                null))
        .toList();
  }

  private static boolean isId(String at) {
    return !at.isEmpty() && at.length() <= LONGEST_ID && at.chars().allMatch(Character::isDigit);
  }

  private long millis(String at) {
    try {
      return TimeText.parse(at).toEpochMilli();
    } catch (DateTimeException e) {
      throw wrong(
          "--at must be the id of a backup or a time like "
              + TimeText.EXAMPLES
              + ", not '"
              + at
              + "'");
    }
  }

  /** What is thrown for an option that cannot be meant. */
  ParameterException wrong(String why) {
    return new ParameterException(Objects.requireNonNull(spec).commandLine(), why);
  }
}
