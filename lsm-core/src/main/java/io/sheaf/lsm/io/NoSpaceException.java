package io.sheaf.lsm.io;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The device, or the quota, has no room for what was to be written. Nothing that was there before
 * is harmed: who is told takes back what was written in part, and may try again when there is room.
 */
public final class NoSpaceException extends IOException {
  private static final long serialVersionUID = 1L;

  private static final int NO_SPACE = 28;
  private static final int OVER_QUOTA = 122;

  /** What the system says, in its language. */
  private static final Set<String> REASONS =
      Stream.concat(
              Stream.of("No space left on device", "Disk quota exceeded"),
              Stream.of(NO_SPACE, OVER_QUOTA).map(NoSpaceException::describe))
          .collect(Collectors.toUnmodifiableSet());

  /** Says what found no room. */
  public NoSpaceException(String message) {
    super(message);
  }

  /** Says what found no room, and what it came from. */
  public NoSpaceException(String message, Throwable cause) {
    super(message, cause);
  }

  /** What to throw when the system refused to do {@code what} with {@code file}. */
  static IOException of(String what, Path file, IOException refused) {
    String reason =
        refused instanceof FileSystemException named ? named.getReason() : refused.getMessage();
    if (reason != null && REASONS.contains(reason)) {
      return new NoSpaceException(what + " " + file + ": " + reason, refused);
    }
    return refused;
  }

  private static String describe(int errorNumber) {
    LinuxCalls calls = LinuxCalls.available();
    return calls == null ? "" : calls.describe(errorNumber);
  }
}
