package io.sheaf.cli.measure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * What the operating system counts of this process, in the files of Linux's {@code /proc/self};
 * elsewhere there is nothing.
 *
 * <p><em>Thread safety:</em> immutable.
 *
 * <p><em>Source:</em> proc_pid_io(5), proc_pid_status(5).
 */
public final class ProcessFiles {
  private static final int KILOBYTE = 1024;

  private final Path directory;

  /** The files in this directory. */
  ProcessFiles(Path directory) {
    this.directory = directory;
  }

  /** Those of this process. */
  public static ProcessFiles ofThisProcess() {
    return new ProcessFiles(Path.of("/proc/self"));
  }

  /** Bytes that this process caused to be written to devices, so far. */
  public OptionalLong deviceWriteBytes() {
    return field("io", "write_bytes:");
  }

  /** Of {@link #deviceWriteBytes}, those that were given up before they were written. */
  public OptionalLong cancelledWriteBytes() {
    return field("io", "cancelled_write_bytes:");
  }

  /** Bytes that this process caused to be read from devices, so far. */
  public OptionalLong deviceReadBytes() {
    return field("io", "read_bytes:");
  }

  /** Memory of this process that is in RAM now, in bytes. */
  public OptionalLong residentBytes() {
    return kilobytes(field("status", "VmRSS:"));
  }

  /** The most that {@link #residentBytes} ever was. */
  public OptionalLong peakResidentBytes() {
    return kilobytes(field("status", "VmHWM:"));
  }

  private static OptionalLong kilobytes(OptionalLong value) {
    return value.isEmpty() ? value : OptionalLong.of(value.getAsLong() * KILOBYTE);
  }

  private OptionalLong field(String file, String name) {
    try {
      for (String line : Files.readAllLines(directory.resolve(file), StandardCharsets.UTF_8)) {
        if (line.startsWith(name)) {
          String digits = line.substring(name.length()).replace("kB", "").strip();
          return OptionalLong.of(Long.parseLong(digits));
        }
      }
      return OptionalLong.empty();
    } catch (IOException | NumberFormatException e) {
      return OptionalLong.empty(); // another system, or not permitted
    }
  }
}
