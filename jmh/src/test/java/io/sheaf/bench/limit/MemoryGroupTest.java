package io.sheaf.bench.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sheaf.bench.limit.MemoryGroupPlace.Version;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MemoryGroupTest {
  private static final String MOUNTS_OF_ONE =
      """
      31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
      32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct
      35 31 0:32 / /sys/fs/cgroup/memory rw,relatime shared:9 - cgroup cgroup rw,memory
      41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
      """;
  private static final String GROUPS_OF_ONE =
      """
      5:devices:/
      4:memory:/user/session
      1:cpu,cpuacct:/
      0::/
      """;

  @TempDir private Path directory;

  @Test
  void placesOfVersionOne() {
    assertEquals(
        List.of(
            place(Version.ONE, "/sys/fs/cgroup/memory"),
            place(Version.ONE, "/sys/fs/cgroup/memory/user/session"),
            place(Version.ONE, "/sys/fs/cgroup/memory/user"),
            place(Version.TWO, "/sys/fs/cgroup/unified")),
        MemoryGroupPlace.of(GROUPS_OF_ONE, MOUNTS_OF_ONE));
  }

  @Test
  void placesOfVersionTwo() {
    assertEquals(
        List.of(
            place(Version.TWO, "/sys/fs/cgroup"),
            place(Version.TWO, "/sys/fs/cgroup/user.slice/app.slice/shell.scope"),
            place(Version.TWO, "/sys/fs/cgroup/user.slice/app.slice"),
            place(Version.TWO, "/sys/fs/cgroup/user.slice")),
        MemoryGroupPlace.of(
            "0::/user.slice/app.slice/shell.scope\n",
            "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n"));
  }

  @Test
  void placesOfAContainerAndOfStrangeNames() {
    assertEquals(
        List.of(place(Version.ONE, "/my groups"), place(Version.ONE, "/my groups/inner")),
        MemoryGroupPlace.of(
            "4:memory:/docker/abc/inner\n",
            "35 31 0:32 /docker/abc /my\\040groups rw - cgroup cgroup rw,memory\n"));
    assertEquals(
        List.of(place(Version.ONE, "/sys/fs/cgroup/memory")),
        MemoryGroupPlace.of(
            "4:memory:/elsewhere\n",
            "35 31 0:32 /docker/abc /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"));
  }

  @Test
  void otherSystemsHaveNone() {
    assertEquals(List.of(), MemoryGroupPlace.of("", ""));
    assertEquals(List.of(), MemoryGroupPlace.of("nonsense\n", "no mounts\n"));
  }

  @Test
  void aDirectoryThatIsNoGroupIsLeftAsItWas() throws Exception {
    assertNull(
        MemoryGroup.create(
            List.of(new MemoryGroupPlace(Version.TWO, directory)), "sheaf-test", 1 << 30));
    try (var entries = Files.list(directory)) {
      assertEquals(List.of(), entries.toList());
    }
  }

  @Test
  void aProcessIsInTheGroupFromItsFirstMoment() throws Exception {
    MemoryGroup group =
        MemoryGroup.create(
            MemoryGroupPlace.of(read("/proc/self/cgroup"), read("/proc/self/mountinfo")),
            "sheaf-test-" + ProcessHandle.current().pid(),
            256 << 20);
    assumeTrue(group != null, "no memory control group can be made here");
    assertNotNull(group);
    try (group) {
      Process process =
          new ProcessBuilder(group.command(List.of("cat", "/proc/self/cgroup"))).start();
      String groups = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(0, process.waitFor());
      assertTrue(groups.contains(group.directory().getFileName().toString()), groups);
      assertFalse(group.killedForMemory());
    }
    assertFalse(Files.exists(group.directory()));
  }

  private static String read(String file) {
    try {
      return Files.readString(Path.of(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }

  private static MemoryGroupPlace place(Version version, String directory) {
    return new MemoryGroupPlace(version, Path.of(directory));
  }
}
