package io.sheaf.cli.console;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import picocli.CommandLine.PicocliException;

/**
 * Says in one line what went wrong.
 *
 * <p><em>Thread safety:</em> stateless.
 */
public final class FailureLine {
  private FailureLine() {}

  /** One line on {@code failure}, for a person who wants to get on. */
  public static String of(Throwable failure) {
    return text(failure).strip().replaceAll("\\s*\\R\\s*", "; ");
  }

  private static String text(Throwable failure) {
    return switch (failure) {
      case OutputException e -> message(e);
      case UncheckedIOException e when e.getCause() != null -> text(e.getCause());
      case FileSystemException e -> e.getFile() + ": " + reason(e);
      case CommandFailure e -> message(e);
      case IOException e -> message(e);
      case PicocliException e -> message(e).replaceFirst("^Error: ", "");
      case IllegalArgumentException e -> message(e);
      case IllegalStateException e -> message(e);
      case InterruptedException _ -> "interrupted";
      case OutOfMemoryError e ->
          "out of memory ("
              + message(e)
              + "): give the store less with --memory, or the JVM more with"
              + " SHEAF_JAVA_OPTS='-Xmx2g -XX:MaxDirectMemorySize=8g'";
      default -> "internal error: " + failure + " (--verbose shows where)";
    };
  }

  private static String reason(FileSystemException failure) {
    return switch (failure) {
      case NoSuchFileException missing when missing.getReason() != null -> missing.getReason();
      case NoSuchFileException _ -> "no such file or directory";
      case AccessDeniedException _ -> "permission denied";
      case NotDirectoryException _ -> "is not a directory";
      case DirectoryNotEmptyException _ -> "is not empty";
      case FileAlreadyExistsException _ -> "exists already";
      default -> failure.getReason() == null ? failure.toString() : failure.getReason();
    };
  }

  private static String message(Throwable failure) {
    String message = failure.getMessage();
    return message == null || message.isBlank() ? failure.toString() : message;
  }
}
