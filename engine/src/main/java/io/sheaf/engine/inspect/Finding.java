package io.sheaf.engine.inspect;

import io.sheaf.lsm.io.CorruptionException;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Something that is wrong with a store: what verify and repair report.
 *
 * @param file name of the file in the store's directory
 * @param offset where in it, in bytes
 * @param problem what is wrong there
 * @param rows the rows it concerns; null: it concerns none, or says itself which
 */
public record Finding(String file, long offset, String problem, @Nullable RowRange rows) {
  /** What an exception says of {@code file}, or of the file that the exception names. */
  public static Finding of(String file, IOException failure, @Nullable RowRange rows) {
    if (failure instanceof CorruptionException damage) {
      return new Finding(
          String.valueOf(Path.of(damage.file()).getFileName()),
          damage.offset(),
          problem(damage),
          rows);
    }
    return new Finding(file, 0, String.valueOf(failure.getMessage()), rows);
  }

  /** What the damage is, without the place, which a finding has of its own. */
  private static String problem(CorruptionException damage) {
    String message =
        String.valueOf(damage.getMessage()).replace(CorruptionException.HOW_TO_GO_ON, "");
    int expected = message.indexOf(": expected ");
    return expected < 0 ? message : message.substring(expected + 2);
  }

  /** Such as "000004.val at 44: expected ..., found ...; table chat, prefix 'anna', 3 rows". */
  @Override
  public String toString() {
    return file + " at " + offset + ": " + problem + (rows == null ? "" : "; " + rows);
  }
}
