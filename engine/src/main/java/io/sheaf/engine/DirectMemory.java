package io.sheaf.engine;

import io.sheaf.lsm.db.DbOptions;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the JVM lets a program have off the heap: where the memory of a store lies.
 *
 * <p><b>Thread safety.</b> Stateless.
 */
public final class DirectMemory {
  /** The option of the JVM that says how much it is. */
  public static final String OPTION = "-XX:MaxDirectMemorySize=";

  private static final Pattern SIZE = Pattern.compile("([0-9]{1,18})([kmgt]?)");
  private static final String UNITS = "kmgt";

  private DirectMemory() {}

  /** What this JVM allows, in bytes. */
  public static long allowedBytes() {
    return allowedBytes(ManagementFactory.getRuntimeMXBean().getInputArguments());
  }

  /** What the JVM's options say; without one it is as much as the heap may have. */
  static long allowedBytes(List<String> jvmOptions) {
    long allowed = Runtime.getRuntime().maxMemory();
    for (String option : jvmOptions) {
      if (option.startsWith(OPTION)) {
        Matcher size = SIZE.matcher(option.substring(OPTION.length()).toLowerCase(Locale.ROOT));
        if (size.matches()) { // else the JVM would not have started
          int unit = size.group(2).isEmpty() ? 0 : UNITS.indexOf(size.group(2)) + 1;
          allowed = Long.parseLong(size.group(1)) << (10 * unit);
        }
      }
    }
    return allowed;
  }

  /**
   * Checks that there is room for the memory of a store.
   *
   * @throws IllegalArgumentException when there is not; says what to do
   */
  static void check(DbOptions options) {
    long allowed = allowedBytes();
    if (options.memoryBytes() > allowed) {
      throw new IllegalArgumentException(
          "memoryBytes is "
              + options.memoryBytes()
              + ", but the JVM allows "
              + allowed
              + " bytes off the heap: start it with "
              + OPTION
              + ((options.memoryBytes() + (1 << 20) - 1) >> 20)
              + "m or more, or give the store less by DbOptions.withMemory");
    }
  }
}
