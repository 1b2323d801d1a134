package io.sheaf.bench.limit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A directory below which a memory control group may perhaps be made.
 *
 * <p><em>Source:</em> cgroups(7), proc_pid_mountinfo(5).
 *
 * @param version of control groups
 */
public record MemoryGroupPlace(Version version, Path directory) {
  private static final int MOUNT_ROOT = 3;
  private static final int MOUNT_POINT = 4;
  private static final Pattern ESCAPE = Pattern.compile("\\\\([0-7]{3})");

  /** How a group says and learns its limits. */
  public enum Version {
    /** One hierarchy for memory alone. */
    ONE("memory.limit_in_bytes", "memory.memsw.limit_in_bytes", "memory.oom_control"),
    /** One hierarchy for all. */
    TWO("memory.max", "memory.swap.max", "memory.events");

    private final String limitFile;
    private final String swapFile;
    private final String eventsFile;

    Version(String limitFile, String swapFile, String eventsFile) {
      this.limitFile = limitFile;
      this.swapFile = swapFile;
      this.eventsFile = eventsFile;
    }

    /** The file that holds the limit in bytes. */
    String limitFile() {
      return limitFile;
    }

    /** The file that keeps a group from swapping. */
    String swapFile() {
      return swapFile;
    }

    /** What is in {@link #swapFile} when nothing is swapped. */
    long swapLimit(long limitBytes) {
      return this == ONE ? limitBytes : 0; // one counts memory and swap together
    }

    /** The file that counts who was killed for want of memory. */
    String eventsFile() {
      return eventsFile;
    }
  }

  /**
   * The places to try, in this order: the top of the hierarchy, the group that this process is in,
   * and the groups around that one.
   *
   * @param ownGroups the text of {@code /proc/self/cgroup}
   * @param mounts the text of {@code /proc/self/mountinfo}
   */
  public static List<MemoryGroupPlace> of(String ownGroups, String mounts) {
    List<MemoryGroupPlace> places = new ArrayList<>();
    for (Version version : Version.values()) {
      mounts
          .lines()
          .map(line -> mount(line, version))
          .filter(mount -> mount != null)
          .findFirst()
          .ifPresent(mount -> addAll(places, version, mount, ownGroup(ownGroups, version)));
    }
    return List.copyOf(places);
  }

  private record Mount(Path root, Path point) {}

  private static @Nullable Mount mount(String line, Version version) {
    int separator = line.indexOf(" - ");
    if (separator < 0) {
      return null;
    }
    String[] fields = line.substring(0, separator).split(" ", -1);
    String[] type = line.substring(separator + 3).split(" ", -1);
    boolean wanted =
        switch (version) {
          case ONE ->
              type[0].equals("cgroup")
                  && Arrays.asList(type[type.length - 1].split(",", -1)).contains("memory");
          case TWO -> type[0].equals("cgroup2");
        };
    return wanted && fields.length > MOUNT_POINT
        ? new Mount(Path.of(unescape(fields[MOUNT_ROOT])), Path.of(unescape(fields[MOUNT_POINT])))
        : null;
  }

  private static String unescape(String field) {
    return ESCAPE
        .matcher(field)
        .replaceAll(octal -> Character.toString(Integer.parseInt(octal.group(1), 8)));
  }

  private static @Nullable Path ownGroup(String ownGroups, Version version) {
    for (String line : ownGroups.lines().toList()) {
      String[] fields = line.split(":", 3);
      if (fields.length == 3
          && (version == Version.TWO
              ? fields[0].equals("0") && fields[1].isEmpty()
              : Arrays.asList(fields[1].split(",", -1)).contains("memory"))) {
        return Path.of(fields[2]);
      }
    }
    return null;
  }

  private static void addAll(
      List<MemoryGroupPlace> places, Version version, Mount mount, @Nullable Path own) {
    Set<Path> directories = new LinkedHashSet<>();
    directories.add(mount.point());
    if (own != null && own.startsWith(mount.root())) {
      Path directory = mount.point().resolve(mount.root().relativize(own)).normalize();
      while (directory.startsWith(mount.point())) {
        directories.add(directory);
        directory = directory.resolve("..").normalize();
      }
    }
    directories.forEach(directory -> places.add(new MemoryGroupPlace(version, directory)));
  }
}
