package io.sheaf.lsm.version;

import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.io.FileSystem;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The version that a manifest ends with.
 *
 * @param version with all edits of the manifest applied
 * @param ledger of the version
 * @param nextFileNumber higher than the numbers of all files that the manifest knew of
 */
record ManifestReplay(Version version, FileLedger ledger, long nextFileNumber) {
  /**
   * Reads manifest {@code number} to its end.
   *
   * @throws CorruptionException when it is missing or damaged, or an edit in it does not apply
   */
  static ManifestReplay of(
      FileSystem fileSystem, Path directory, long number, PrefixResolver prefixes)
      throws IOException {
    Path path = directory.resolve(FileNames.of(FileKind.MANIFEST, number));
    if (!fileSystem.exists(path)) {
      throw new CorruptionException(
          path.toString(),
          0,
          "the manifest that CURRENT names",
          "no file" + ManifestFormat.HOW_TO_GO_ON);
    }
    try (ManifestReader reader = ManifestReader.open(fileSystem, path, number, prefixes)) {
      Version version = Version.empty();
      FileLedger ledger = new FileLedger();
      long nextFileNumber = 0;
      for (var entry = reader.next(); entry != null; entry = reader.next()) {
        try {
          VersionStep step = VersionBuilder.replay(version, ledger, entry.edit());
          ledger.follow(step);
          version = withNextTableId(step.version(), entry.nextTableId());
        } catch (IllegalArgumentException | ArithmeticException senseless) {
          throw reader.damagedAt(entry.offset(), "an edit of the version before it", senseless);
        }
        nextFileNumber = Math.max(nextFileNumber, entry.nextFileNumber());
      }
      return new ManifestReplay(version, ledger, nextFileNumber);
    }
  }

  private static Version withNextTableId(Version version, int nextTableId) {
    if (nextTableId < version.nextTableId()) {
      throw new IllegalArgumentException(
          "next table id " + nextTableId + " after " + version.nextTableId());
    }
    return new Version(
        version.tables(),
        version.logNumber(),
        version.lastSequence(),
        version.lastTimeMillis(),
        nextTableId);
  }
}
