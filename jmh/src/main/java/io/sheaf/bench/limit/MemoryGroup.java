package io.sheaf.bench.limit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A memory control group of Linux: holds what runs in it, with the page cache that it fills, to a
 * limit.
 *
 * <p><em>Thread safety:</em> safe for any number of threads.
 *
 * <p><em>Ownership:</em> who made it closes it, after the last process in it has ended.
 *
 * <p><em>Source:</em> the kernel's guides cgroup-v1/memory and cgroup-v2.
 */
public final class MemoryGroup implements AutoCloseable {
  private static final Pattern KILLS = Pattern.compile("(?m)^oom_kill (\\d+)$");
  private static final String PROCESSES = "cgroup.procs";

  /** The shell joins the group first, then becomes the program, so that nothing is outside. */
  private static final String JOIN = "echo $$ > \"$0\" && exec \"$@\"";

  private static final int REMOVAL_ATTEMPTS = 100;
  private static final long REMOVAL_PAUSE_NANOS = 20_000_000;

  private final MemoryGroupPlace.Version version;
  private final Path directory;

  private MemoryGroup(MemoryGroupPlace.Version version, Path directory) {
    this.version = version;
    this.directory = directory;
  }

  /**
   * Makes a group in the first of {@code places} where a process can be held to {@code limitBytes}.
   *
   * @param name of the group, which is not there yet
   * @return null if there is no such place
   */
  public static @Nullable MemoryGroup create(
      List<MemoryGroupPlace> places, String name, long limitBytes) throws InterruptedException {
    for (MemoryGroupPlace place : places) {
      MemoryGroup group = new MemoryGroup(place.version(), place.directory().resolve(name));
      if (group.begin(limitBytes)) {
        return group;
      }
    }
    return null;
  }

  /** The command that runs {@code command} inside the group from its first moment on. */
  public List<String> command(List<String> command) {
    List<String> joined =
        new ArrayList<>(List.of("sh", "-c", JOIN, directory.resolve(PROCESSES).toString()));
    joined.addAll(command);
    return List.copyOf(joined);
  }

  /** Whether a process in it was killed because the limit was too low for it. */
  public boolean killedForMemory() {
    try {
      String events =
          Files.readString(directory.resolve(version.eventsFile()), StandardCharsets.UTF_8);
      Matcher kills = KILLS.matcher(events);
      return kills.find() && Long.parseLong(kills.group(1)) > 0;
    } catch (IOException e) {
      return false; // not told
    }
  }

  /** Where it is. */
  public Path directory() {
    return directory;
  }

  /** Removes the group; a process that has just ended may still count for a moment. */
  @Override
  public void close() throws IOException {
    IOException failure = null;
    for (int attempt = 0; attempt < REMOVAL_ATTEMPTS; attempt++) {
      try {
        Files.deleteIfExists(directory);
        return;
      } catch (IOException e) {
        failure = e;
        LockSupport.parkNanos(REMOVAL_PAUSE_NANOS);
      }
    }
    throw new IOException(
        "cannot remove the memory group " + directory + ": rmdir it when nothing runs in it",
        failure);
  }

  private boolean begin(long limitBytes) throws InterruptedException {
    try {
      Files.createDirectory(directory);
    } catch (IOException e) {
      return false; // not ours to make one here
    }
    boolean works = false;
    try {
      write(version.limitFile(), limitBytes);
      writeIfThere(version.swapFile(), version.swapLimit(limitBytes));
      works = new ProcessBuilder(command(List.of("true"))).start().waitFor() == 0;
    } catch (IOException e) {
      works = false; // not for memory, or not ours to fill
    } finally {
      if (!works) {
        removeQuietly();
      }
    }
    return works;
  }

  private void removeQuietly() {
    try {
      close();
    } catch (IOException e) {
      // an empty group without a limit does no harm
    }
  }

  private void writeIfThere(String file, long bytes) throws IOException {
    try {
      write(file, bytes);
    } catch (NoSuchFileException e) {
      // a kernel that does not count swap
    }
  }

  private void write(String file, long bytes) throws IOException {
    Files.writeString(
        directory.resolve(file),
        Long.toString(bytes),
        StandardCharsets.US_ASCII,
        StandardOpenOption.WRITE);
  }
}
