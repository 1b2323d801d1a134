package io.sheaf.lsm.db;

import io.sheaf.lsm.coding.Slice;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashSet;

/**
 * What the log says of files that were ingested, see docs/format.md: into which tables. A mark that
 * would be too long names some of them, and says that there are others.
 *
 * <p><b>Thread safety.</b> Immutable.
 *
 * @param key the key of the mark in the log, which is this object's
 */
public record IngestMark(Slice key) {
  private static final String BEGIN = "ingest ";
  private static final String SEPARATOR = ",";
  private static final String OTHERS = "...";
  private static final int MOST_BYTES = 1 << 10;

  /** The mark of tables of these names. */
  static IngestMark of(Collection<String> tables) {
    StringBuilder text = new StringBuilder(BEGIN);
    int bytes = BEGIN.length();
    for (String table : new LinkedHashSet<>(tables)) {
      bytes += table.getBytes(StandardCharsets.UTF_8).length + SEPARATOR.length();
      if (bytes > MOST_BYTES - OTHERS.length()) {
        text.append(OTHERS).append(SEPARATOR);
        break;
      }
      text.append(table).append(SEPARATOR);
    }
    return new IngestMark(Slice.utf8(text.substring(0, text.length() - SEPARATOR.length())));
  }

  /** Whether files may have been ingested into a table of this name. */
  public boolean mayName(String table) {
    String text = new String(key.toByteArray(), StandardCharsets.UTF_8);
    if (!text.startsWith(BEGIN)) {
      return false;
    }
    String names = SEPARATOR + text.substring(BEGIN.length()) + SEPARATOR;
    return names.contains(SEPARATOR + table + SEPARATOR)
        || names.endsWith(SEPARATOR + OTHERS + SEPARATOR);
  }
}
