package io.sheaf.bench.summary;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a race was run: figures of speed mean nothing without it.
 *
 * @param cores that the JVM may use
 * @param memory of the machine, in words
 * @param processor its model
 * @param kernel operating system and version
 * @param jdk vendor and version
 * @param disk file system and device of the stores, in words
 */
public record Machine(
    int cores, String memory, String processor, String kernel, String jdk, String disk) {
  private static final String UNKNOWN = "unknown";
  private static final Path PROC = Path.of("/proc");

  /** This machine, with the stores in {@code stores}, which exists. */
  public static Machine of(Path stores) throws IOException {
    return new Machine(
        Runtime.getRuntime().availableProcessors(),
        memory(read(PROC.resolve("meminfo"))),
        processor(read(PROC.resolve("cpuinfo"))),
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        System.getProperty("java.vendor") + " " + Runtime.version(),
        disk(Files.getFileStore(stores)));
  }

  /** All of it in one line. */
  public String inWords() {
    return cores
        + (cores == 1 ? " core" : " cores")
        + " of "
        + processor
        + ", "
        + memory
        + " of memory, "
        + disk
        + ", "
        + kernel
        + ", "
        + jdk;
  }

  /** All of this machine's memory; empty where that is not told. */
  public static OptionalLong memoryBytes() {
    return memoryBytes(read(PROC.resolve("meminfo")));
  }

  static String memory(String meminfo) {
    OptionalLong bytes = memoryBytes(meminfo);
    if (bytes.isEmpty()) {
      return UNKNOWN;
    }
    long tenths = Math.round(bytes.getAsLong() * 10.0 / (1 << 30));
    return tenths / 10 + (tenths % 10 == 0 ? "" : "." + tenths % 10) + " GiB";
  }

  private static OptionalLong memoryBytes(String meminfo) {
    Matcher total = Pattern.compile("(?m)^MemTotal:\\s*(\\d+) kB$").matcher(meminfo);
    return total.find()
        ? OptionalLong.of(Long.parseLong(total.group(1)) << 10)
        : OptionalLong.empty();
  }

  static String processor(String cpuinfo) {
    Matcher model = Pattern.compile("(?m)^model name\\s*:\\s*(.+)$").matcher(cpuinfo);
    return model.find() ? model.group(1).strip() : System.getProperty("os.arch", UNKNOWN);
  }

  private static String disk(FileStore store) {
    return store.type() + " on " + store.name();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return ""; // another system
    }
  }
}
