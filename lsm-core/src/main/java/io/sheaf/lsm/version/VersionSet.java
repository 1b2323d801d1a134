package io.sheaf.lsm.version;

import io.sheaf.lsm.io.ClosedException;
import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.io.FileNames.Numbered;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.NoSpaceException;
import io.sheaf.lsm.io.StoreId;
import io.sheaf.lsm.stats.Statistics;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Which files make up the store, now and for those who still read an older state; the one writer of
 * the manifest.
 *
 * <p>Each open begins a manifest of its own with a snapshot, so that nothing is ever appended
 * behind a torn record, and so does an {@link #apply} that finds the manifest grown well beyond its
 * snapshot.
 *
 * <p><b>Durability.</b> A change is durable, and only then shown to readers, when {@link #apply}
 * returns. After a failed write or sync the set is broken until it is opened again: each further
 * change is refused with the cause, reads go on. Only a full device breaks nothing: the change is
 * not made, and can be tried again.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads; changes wait for one another, pins wait
 * for nothing.
 *
 * <p><b>Ownership.</b> Who opened it holds the store's lock before and closes the set before giving
 * it up. Pins may be closed after the set; the files that they kept are then deleted at the next
 * open.
 */
public final class VersionSet implements AutoCloseable {
  /** What a manifest may grow by, beyond its snapshot, before a new one is begun, in bytes. */
  static final long GROWTH_BYTES = 1 << 20;

  private final FileSystem fileSystem;
  private final Path directory;
  private final Statistics statistics;
  private final long growthBytes;
  private final AtomicLong nextFileNumber;
  private final FileLedger ledger; // guarded by changes
  private final LiveVersions versions;
  private final List<Numbered> orphans;
  private final ReentrantLock changes = new ReentrantLock();
  private volatile ManifestWriter manifest; // replaced under changes
  private volatile @Nullable Throwable failure; // written under changes
  private volatile boolean closed; // written under changes

  private VersionSet(
      FileSystem fileSystem,
      Path directory,
      ManifestReplay state,
      List<Numbered> present,
      long firstFree,
      ObsoleteFiles obsoleteFiles,
      Statistics statistics,
      long growthBytes)
      throws IOException {
    this.fileSystem = fileSystem;
    this.directory = directory;
    this.statistics = statistics;
    this.growthBytes = growthBytes;
    this.ledger = state.ledger();
    this.versions = new LiveVersions(state.version(), obsoleteFiles);
    this.nextFileNumber = new AtomicLong(Math.max(state.nextFileNumber(), firstFree));
    this.manifest = newManifest();
    this.orphans = withoutRepeated(StoreDirectory.orphans(present, state), state.repeats());
  }

  /**
   * Opens the store in {@code directory}.
   *
   * @param createIfMissing whether to create a store where none is
   * @param storeIds gives an id to a store that is created, or that has none yet
   * @param prefixes knows the prefix rules of all tables
   * @param obsoleteFiles deletes what no version needs any more
   * @throws NoSuchFileException when no store is there and none is to be created
   * @throws CorruptionException when CURRENT or the manifest is missing or damaged, or an SSTable
   *     or value file is missing or of another length than the manifest says, or a log is of
   *     another store
   * @throws IOException when foreign files are there instead of a store, a table's prefix rule is
   *     not known, or the disk fails
   */
  public static VersionSet open(
      FileSystem fileSystem,
      Path directory,
      boolean createIfMissing,
      Supplier<StoreId> storeIds,
      PrefixResolver prefixes,
      ObsoleteFiles obsoleteFiles,
      Statistics statistics)
      throws IOException {
    return open(
        fileSystem,
        directory,
        createIfMissing,
        storeIds,
        prefixes,
        obsoleteFiles,
        statistics,
        GROWTH_BYTES);
  }

  /** The same with another limit for the growth of a manifest, in bytes. */
  static VersionSet open(
      FileSystem fileSystem,
      Path directory,
      boolean createIfMissing,
      Supplier<StoreId> storeIds,
      PrefixResolver prefixes,
      ObsoleteFiles obsoleteFiles,
      Statistics statistics,
      long growthBytes)
      throws IOException {
    ManifestReplay state;
    List<Numbered> present;
    long firstFree;
    if (StoreDirectory.holdsStore(fileSystem, directory)) {
      state =
          ManifestReplay.of(
              fileSystem, directory, CurrentFile.read(fileSystem, directory), prefixes);
      List<String> names = fileSystem.list(directory);
      present = StoreDirectory.numbered(names);
      firstFree = StoreDirectory.firstFree(names);
      StoreDirectory.check(fileSystem, directory, new HashSet<>(present), state.version());
      if (!state.version().store().isKnown()) {
        state = state.of(storeIds.get().from(Math.max(state.nextFileNumber(), firstFree)));
      }
      StoreDirectory.checkLogs(fileSystem, directory, present, state.version().store());
    } else if (createIfMissing) {
      fileSystem.createDirectories(directory);
      StoreDirectory.clear(fileSystem, directory);
      state =
          new ManifestReplay(
              Version.empty().of(storeIds.get()), new FileLedger(), 0, OptionalLong.empty());
      present = List.of();
      firstFree = StoreDirectory.FIRST_MANIFEST;
    } else {
      throw new NoSuchFileException(
          directory.toString(),
          null,
          "no store is there; open it with createIfMissing to make one");
    }
    return new VersionSet(
        fileSystem, directory, state, present, firstFree, obsoleteFiles, statistics, growthBytes);
  }

  /**
   * Writes a manifest that says {@code version}, and CURRENT, into a directory that holds the
   * version's files and no manifest: the last step of a checkpoint or a repair. The content of the
   * files must be durable; the names of all in the directory are so before CURRENT is there.
   *
   * @param manifestNumber higher than the number of every file there
   */
  public static void initialize(
      FileSystem fileSystem,
      Path directory,
      Version version,
      long manifestNumber,
      Statistics statistics)
      throws IOException {
    ManifestWriter.create(
            fileSystem, directory, manifestNumber, version, manifestNumber + 1, statistics)
        .close();
    CurrentFile.replace(fileSystem, directory, manifestNumber);
  }

  /** The newest version; its files may go at any moment unless it is pinned. */
  public Version current() {
    return versions.newest();
  }

  /**
   * Pins the newest version: its files stay until the pin is closed.
   *
   * @throws ClosedException after {@link #close}
   */
  public PinnedVersion pin() {
    if (closed) {
      throw new ClosedException("the store in " + directory);
    }
    return versions.pin();
  }

  /**
   * A number for a new file: higher than all before it, whatever the kind, and not that of a file
   * that a crash left behind.
   */
  public long newFileNumber() {
    return nextFileNumber.getAndIncrement();
  }

  /**
   * Makes a change durable in the manifest, then shows it. Value files to which no SSTable refers
   * any more are removed by the same step.
   *
   * <p>When it throws an {@code IOException}, whether the change is in the manifest is not known:
   * the files that the edit adds must stay where they are until the next open, which keeps or
   * deletes them. After a {@code NoSpaceException} and the other exceptions nothing was written.
   *
   * @throws NoSpaceException when the device is full
   * @throws IOException when the manifest cannot be written, now or in an earlier call, whatever
   *     the cause: memory that is out is one too
   * @throws IllegalArgumentException when the edit does not fit the newest version; no harm done
   * @throws ClosedException after {@link #close}
   */
  public void apply(VersionEdit edit) throws IOException {
    PinnedVersion previous;
    Optional<Long> oldManifest = Optional.empty();
    changes.lock();
    try {
      checkWritable();
      long next = nextFileNumber.get();
      VersionStep step = VersionBuilder.apply(versions.newest(), ledger, edit);
      checkNumbers(step, next);
      try {
        if (grown()) {
          long old = manifest.number();
          beginManifest();
          oldManifest = Optional.of(old);
        }
        manifest.append(step.edit(), next, step.version().nextTableId());
        ledger.follow(step);
        previous = versions.install(step);
      } catch (NoSpaceException cause) {
        throw cause;
      } catch (IOException cause) {
        failure = cause;
        throw cause;
      } catch (RuntimeException | Error cause) {
        failure = cause;
        throw new IOException("the manifest of the store in " + directory + " failed", cause);
      }
      try {
        manifest.markSynced();
      } catch (NoSpaceException cause) {
        // the next record says so too
      } catch (IOException cause) {
        failure = cause; // this change is durable, but nothing can be appended any more
      }
    } finally {
      changes.unlock();
      oldManifest.ifPresent(number -> versions.tell(FileKind.MANIFEST, number));
    }
    previous.close();
  }

  /** Files that the newest version or a pinned one needs, and the manifest; logs are not in it. */
  public Set<Numbered> liveFiles() {
    Set<Numbered> files = versions.files();
    files.add(new Numbered(manifest.number(), FileKind.MANIFEST));
    return files;
  }

  /**
   * Files that were in the directory at open and that the store does not need: left by a crash, by
   * a failed deletion, or by versions that were pinned when the store was closed; logs among them,
   * where all their writes are in SSTables. For the opener to delete.
   */
  public List<Numbered> obsoleteOnOpen() {
    return orphans;
  }

  /**
   * Deletes the manifest before where the new one says the same. Other files that are not needed
   * stay until the logs were read, as they may still tell of what was lost; but an opening that
   * fails there, and is tried again and again, must not leave a manifest each time.
   */
  private List<Numbered> withoutRepeated(List<Numbered> unneeded, OptionalLong repeated) {
    if (repeated.isEmpty()) {
      return unneeded;
    }
    Numbered before = new Numbered(repeated.getAsLong(), FileKind.MANIFEST);
    try {
      fileSystem.delete(directory.resolve(FileNames.of(before.kind(), before.number())));
    } catch (IOException e) {
      return unneeded; // the opener tries it again, with the others
    }
    return unneeded.stream().filter(file -> !file.equals(before)).toList();
  }

  /** Gives up the manifest. Idempotent. */
  @Override
  public void close() throws IOException {
    changes.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      versions.close();
      try (ManifestWriter last = manifest) {
        if (failure == null) {
          last.sync();
        }
      }
    } finally {
      changes.unlock();
    }
  }

  private void checkWritable() throws IOException {
    if (closed) {
      throw new ClosedException("the store in " + directory);
    }
    if (failure != null) {
      throw new IOException(
          "the manifest of the store in "
              + directory
              + " could not be written; the store takes no changes until it is opened again",
          failure);
    }
  }

  private static void checkNumbers(VersionStep step, long next) {
    step.added()
        .forEach((number, kind) -> {
          if (number >= next) {
            throw new IllegalArgumentException(
                kind + " file " + number + " has a number that newFileNumber() did not give");
          }
        });
    if (step.version().logNumber() >= next) {
      throw new IllegalArgumentException(
          "log " + step.version().logNumber() + " has a number that newFileNumber() did not give");
    }
  }

  private boolean grown() {
    long snapshotBytes = manifest.snapshotBytes();
    return manifest.sizeBytes() - snapshotBytes > Math.max(growthBytes, snapshotBytes);
  }

  private void beginManifest() throws IOException {
    ManifestWriter old = manifest;
    manifest = newManifest();
    old.close();
  }

  /** A manifest of the newest version, in use from now on. */
  private ManifestWriter newManifest() throws IOException {
    long number = newFileNumber();
    ManifestWriter writer =
        ManifestWriter.create(
            fileSystem, directory, number, versions.newest(), nextFileNumber.get(), statistics);
    try {
      CurrentFile.replace(fileSystem, directory, number);
    } catch (Throwable cause) {
      try {
        writer.close();
        if (cause instanceof NoSpaceException) { // or it may be in use
          fileSystem.delete(directory.resolve(FileNames.of(FileKind.MANIFEST, number)));
        }
      } catch (IOException second) {
        cause.addSuppressed(second);
      }
      throw cause;
    }
    return writer;
  }
}
