package io.sheaf.lsm.version;

import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.StoreId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * The version that a manifest ends with.
 *
 * @param version with all edits of the manifest applied
 * @param ledger of the version
 * @param nextFileNumber higher than the numbers of all files that the manifest knew of
 * @param repeats the number of the manifest where nothing stands behind the snapshot that it began
 *     with, so that one made of this says the same; empty where there is more, or none was read
 */
record ManifestReplay(
    Version version, FileLedger ledger, long nextFileNumber, OptionalLong repeats) {
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
          "no file" + CorruptionException.HOW_TO_GO_ON);
    }
    try (ManifestReader reader = ManifestReader.open(fileSystem, path, number, prefixes)) {
      Progress progress = new Progress(reader.store());
      int entries = 0;
      for (var entry = reader.next(); entry != null; entry = reader.next()) {
        progress.apply(reader, entry);
        entries++;
      }
      return new ManifestReplay(
          progress.version,
          progress.ledger,
          progress.nextFileNumber,
          entries == 1 && !reader.torn() ? OptionalLong.of(number) : OptionalLong.empty());
    }
  }

  /** The same state of a store with this id. */
  ManifestReplay of(StoreId store) {
    return new ManifestReplay(version.of(store), ledger, nextFileNumber, repeats);
  }

  /** The version while a manifest is read. */
  static final class Progress {
    private final FileLedger ledger = new FileLedger();
    private Version version;
    private long nextFileNumber;

    /** Begins with nothing but the store that the manifest names. */
    Progress(StoreId store) {
      version = Version.empty().of(store);
    }

    /** Applies what {@code reader} has read, or leaves all as it is and throws. */
    void apply(ManifestReader reader, ManifestReader.Entry entry) throws CorruptionException {
      try {
        VersionStep step = VersionBuilder.replay(version, ledger, entry.edit());
        Version next = withNextTableId(step.version(), entry.nextTableId());
        ledger.follow(step);
        version = next;
      } catch (IllegalArgumentException | ArithmeticException senseless) {
        throw reader.damagedAt(entry.offset(), "an edit of the version before it", senseless);
      }
      nextFileNumber = Math.max(nextFileNumber, entry.nextFileNumber());
    }

    Version version() {
      return version;
    }

    long nextFileNumber() {
      return nextFileNumber;
    }
  }

  private static Version withNextTableId(Version version, int nextTableId) {
    if (nextTableId < version.nextTableId()) {
      throw new IllegalArgumentException(
          "next table id " + nextTableId + " after " + version.nextTableId());
    }
    return new Version(
        version.store(),
        version.tables(),
        version.logNumber(),
        version.lastSequence(),
        version.lastTimeMillis(),
        nextTableId);
  }
}
