package io.sheaf.cli.console;

import io.sheaf.lsm.io.FileNames;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * Tells a path that may be meant as a store from one that is a slip.
 *
 * <p><em>Thread safety:</em> stateless.
 */
public final class StorePath {
  private StorePath() {}

  /**
   * Returns {@code path} if it is a directory with a file of a store in it; whether the store is
   * whole, who reads it says.
   *
   * @param command what was given the path
   * @throws ParameterException if there is no directory, or no file of a store in it
   */
  public static Path existing(Path path, @Nullable CommandSpec command) {
    if (!Files.isDirectory(path)) {
      throw wrong(
          command, path + (Files.exists(path) ? " is not a directory" : ": no such directory"));
    }
    if (!holdsFileOfStore(path)) {
      throw wrong(command, path + " is not a Sheaf store: it has no file " + FileNames.CURRENT);
    }
    return path;
  }

  /**
   * Refuses a directory to write to that lies within the store: what is made of a store must not
   * change it, nor go with it.
   *
   * @param option the option that names {@code target}
   * @throws ParameterException if it is the store's directory, or below it
   */
  public static void checkOutside(
      Path store, Path target, String option, @Nullable CommandSpec command) throws IOException {
    Path real = store.toRealPath();
    if (leadsTo(target).startsWith(real) || leadsTo(target.normalize()).startsWith(real)) {
      throw wrong(
          command,
          option + " must name a directory outside of the store " + store + ", not " + target);
    }
  }

  /**
   * Where a path leads once the directories on its way are made: a link is followed before the
   * {@code ..} behind it, which is that of where the link leads.
   */
  private static Path leadsTo(Path path) throws IOException {
    Path absolute = path.toAbsolutePath();
    Path there = Objects.requireNonNull(absolute.getRoot());
    for (Path name : absolute) {
      Path next = there.resolve(name).normalize();
      there = Files.exists(next) ? next.toRealPath() : next;
    }
    return there;
  }

  private static boolean holdsFileOfStore(Path path) {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
      for (Path entry : entries) {
        String name = String.valueOf(entry.getFileName());
        if (name.equals(FileNames.CURRENT) || FileNames.parse(name).isPresent()) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ParameterException wrong(@Nullable CommandSpec command, String why) {
    return new ParameterException(Objects.requireNonNull(command).commandLine(), why);
  }
}
