package io.sheaf.cli.demo;

import io.sheaf.cli.console.ByteSize;
import io.sheaf.cli.console.CommandFailure;
import java.lang.management.ManagementFactory;
import java.util.List;

/** What the JVM lets a program have off the heap. */
final class DirectMemory {
  private static final String OPTION = "-XX:MaxDirectMemorySize=";

  private DirectMemory() {}

  /**
   * Checks that this JVM was started with room for a store.
   *
   * @throws CommandFailure if it was not; says how to
   */
  static void check(long neededBytes) throws CommandFailure {
    long allowed = allowedBytes(ManagementFactory.getRuntimeMXBean().getInputArguments());
    if (neededBytes > allowed) {
      throw new CommandFailure(
          "--memory is "
              + new ByteSize(neededBytes)
              + ", but the JVM allows "
              + new ByteSize(allowed)
              + " off the heap: give less, or set SHEAF_JAVA_OPTS="
              + OPTION
              + (neededBytes >> 20)
              + "m");
    }
  }

  /** What the JVM's options say; without one it is as much as the heap may have. */
  static long allowedBytes(List<String> jvmOptions) {
    long allowed = Runtime.getRuntime().maxMemory();
    for (String option : jvmOptions) {
      if (option.startsWith(OPTION)) {
        allowed = ByteSize.parse(option.substring(OPTION.length())).bytes();
      }
    }
    return allowed;
  }
}
