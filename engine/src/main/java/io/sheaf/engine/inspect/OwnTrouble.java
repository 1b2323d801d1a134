package io.sheaf.engine.inspect;

import io.sheaf.lsm.io.UnsupportedFormatException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/**
 * Tells failures that are no damage of the store from those that are: what a check or a repair
 * cannot read for a reason of its own is not lost, and it must not end as if it were.
 *
 * <p><b>Thread safety.</b> Stateless.
 */
public final class OwnTrouble {
  private OwnTrouble() {}

  /**
   * Throws {@code failure} where the file may well be whole: it could not be opened though it is
   * there (too many open files, no permission), or it is of a format that this program does not
   * read. What a device does not read comes as another IOException, and is damage.
   */
  public static void throwIfSo(IOException failure) throws IOException {
    UnsupportedFormatException.throwIfCertain(failure);
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof FileSystemException own && !(cause instanceof NoSuchFileException)) {
        throw new FileSystemException(
            own.getFile(),
            own.getOtherFile(),
            (own.getReason() == null ? own.getClass().getSimpleName() : own.getReason())
                + "; this is no damage, so nothing is made of it: see to it that the files can be"
                + " opened (permissions, the limit of open files: ulimit -n) and try again");
      }
    }
  }
}
