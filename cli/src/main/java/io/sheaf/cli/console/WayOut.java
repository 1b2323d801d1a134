package io.sheaf.cli.console;

import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.io.StoreInUseException;
import io.sheaf.lsm.io.UnsupportedFormatException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What to do about damage, for who has met it while they did something else with a store.
 *
 * <p><em>Thread safety:</em> stateless.
 */
public final class WayOut {
  private WayOut() {}

  /** The commands to go on with where {@code store} is damaged, to stand behind what is wrong. */
  public static String of(Path store) {
    return "; to see all damage: ./sheaf verify --store "
        + store
        + " --deep; restore the store from a backup, or rebuild it in another directory from all"
        + " that can be read: ./sheaf repair --store "
        + store
        + " --into NEWDIR";
  }

  /** The same as lines of a report. */
  public static List<String> lines(Path store) {
    return List.of(
        "To see all damage: ./sheaf verify --store " + store + " --deep",
        "To rebuild the store from what can be read: ./sheaf repair --store "
            + store
            + " --into NEWDIR");
  }

  /**
   * One line on a failure of a command, which says how to go on where a file of the store is
   * damaged, or the store is open elsewhere.
   *
   * @param store what the command worked on; null: no store, or several
   */
  public static String line(Throwable failure, @Nullable Path store) {
    String line = FailureLine.of(failure);
    if (store == null) {
      return line;
    }
    boolean isOpen = line.startsWith(store.resolve(FileNames.LOCK).toString());
    if (failure instanceof StoreInUseException && isOpen) {
      return line + ", or work on a copy: ./sheaf checkpoint --store " + store + " --into NEWDIR";
    }
    String bare = line.replace(CorruptionException.HOW_TO_GO_ON, "");
    return bare.length() < line.length() || damagedFile(failure).isPresent()
        ? bare + of(store)
        : line;
  }

  /** Name of the file of a store that is damaged or missing; empty: a failure speaks of none. */
  public static Optional<String> damagedFile(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String file =
          switch (cause) {
            case CorruptionException damage -> damage.file();
            case UnsupportedFormatException garbled when !garbled.isCertain() -> garbled.file();
            case NoSuchFileException missing -> missing.getFile();
            default -> "";
          };
      String name = String.valueOf(Path.of(file).getFileName());
      if (name.equals(FileNames.CURRENT) || FileNames.parse(name).isPresent()) {
        return Optional.of(name);
      }
    }
    return Optional.empty();
  }
}
