package io.sheaf.torture.proof;

import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.ForwardingFileSystem;
import io.sheaf.lsm.io.WritableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A file system on which some syncs come too late: only after a step that should have waited for
 * them.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
final class LateSync extends ForwardingFileSystem {
  /** Ends of names of files; a directory is named by {@code "/"}. */
  private static final String DIRECTORY = "/";

  /**
   * An order that is broken.
   *
   * @param label as it is written in the table of what was proven
   * @param late end of the name of what is synced too late
   * @param step what it then comes after: {@code sync}, {@code rename} or {@code delete}
   * @param of ends of the names of the files of that step
   */
  record Rule(String label, String late, String step, List<String> of) {
    /** All orders between two calls to the disk. */
    static final List<Rule> ALL =
        List.of(
            new Rule("value files before the manifest", ".val", "sync", List.of(".manifest")),
            new Rule("SSTables before the manifest", ".unfinished", "sync", List.of(".manifest")),
            new Rule("names of files before the manifest", DIRECTORY, "sync", List.of(".manifest")),
            new Rule(
                "CURRENT.next before its renaming", "CURRENT.next", "rename", List.of(".next")),
            new Rule("a manifest before CURRENT", ".manifest", "rename", List.of(".next")),
            new Rule(
                "the manifest before files go",
                ".manifest",
                "delete",
                List.of(".sst", ".val", ".log", ".manifest")),
            new Rule(
                "the manifest before a log is used again", ".manifest", "rename", List.of(".log")));

    private boolean isLate(String name) {
      return name.endsWith(late);
    }

    private boolean isStep(String operation, String name) {
      return step.equals(operation) && of.stream().anyMatch(name::endsWith);
    }
  }

  /** A sync that is owed. */
  @FunctionalInterface
  private interface Owed {
    void pay() throws IOException;
  }

  private final Rule rule;
  private final List<Owed> owed = new ArrayList<>(); // guarded by this

  LateSync(FileSystem beneath, Rule rule) {
    super(beneath);
    this.rule = rule;
  }

  @Override
  public WritableFile create(Path file) throws IOException {
    return new Writer(file, beneath().create(file));
  }

  @Override
  public WritableFile overwrite(Path file) throws IOException {
    return new Writer(file, beneath().overwrite(file));
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    beneath().rename(from, to);
    after("rename", from);
  }

  @Override
  public void delete(Path file) throws IOException {
    beneath().delete(file);
    after("delete", file);
  }

  @Override
  public void syncDirectory(Path directory) throws IOException {
    if (rule.isLate(DIRECTORY)) {
      owe(() -> beneath().syncDirectory(directory));
    } else {
      beneath().syncDirectory(directory);
    }
  }

  private synchronized void owe(Owed sync) {
    owed.add(sync);
  }

  private void after(String operation, Path file) throws IOException {
    if (!rule.isStep(operation, file.toString())) {
      return;
    }
    List<Owed> due;
    synchronized (this) {
      due = List.copyOf(owed);
      owed.clear();
    }
    for (Owed sync : due) {
      sync.pay();
    }
  }

  private void payLate(Path file) throws IOException {
    if (beneath().exists(file)) { // else it was renamed, or is needed no more
      try (WritableFile late = beneath().overwrite(file)) {
        late.sync();
      }
    }
  }

  private final class Writer implements WritableFile {
    private final Path path;
    private final WritableFile file;

    Writer(Path path, WritableFile file) {
      this.path = path;
      this.file = file;
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
      file.write(bytes);
    }

    @Override
    public long position() {
      return file.position();
    }

    @Override
    public void preallocate(long length) throws IOException {
      file.preallocate(length);
    }

    @Override
    public void truncate(long length) throws IOException {
      file.truncate(length);
    }

    @Override
    public void sync() throws IOException {
      if (rule.isLate(path.toString())) {
        owe(() -> payLate(path));
      } else {
        file.sync();
      }
      after("sync", path);
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
