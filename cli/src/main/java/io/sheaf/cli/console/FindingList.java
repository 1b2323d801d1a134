package io.sheaf.cli.console;

import io.sheaf.engine.inspect.Finding;
import io.sheaf.engine.inspect.RowRange;
import io.sheaf.im.table.KeyLayout;
import io.sheaf.lsm.coding.Slice;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Findings as people and programs read them; the same for verify, repair and inspect.
 *
 * <p><em>Thread safety:</em> stateless.
 */
public final class FindingList {
  private FindingList() {}

  /** Prints a line for each finding, and one more for the rows that it concerns. */
  public static void print(PrintStream out, List<Finding> findings) {
    for (Finding finding : findings) {
      out.println("  " + finding.file() + " at " + finding.offset() + ": " + finding.problem());
      RowRange rows = finding.rows();
      if (rows != null) {
        out.println("    " + text(rows));
      }
    }
  }

  /** The findings for JSON; keys are in hexadecimal. */
  public static List<Map<String, Object>> fields(List<Finding> findings) {
    List<Map<String, Object>> all = new ArrayList<>();
    for (Finding finding : findings) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("file", finding.file());
      fields.put("offset", finding.offset());
      fields.put("problem", finding.problem());
      RowRange rows = finding.rows();
      if (rows != null) {
        fields.put("table", rows.table());
        putKey(fields, "from", rows.from());
        putKey(fields, "to", rows.to());
        if (rows.rows() != RowRange.UNKNOWN) {
          fields.put("rows", rows.rows());
        }
      }
      all.add(fields);
    }
    return all;
  }

  /** Which rows: by what the keys of an IM table are made of, else as text and hexadecimal. */
  private static String text(RowRange rows) {
    Optional<KeyLayout> layout = KeyLayout.of(rows.table());
    Optional<String> from = layout.flatMap(known -> text(known, rows.from()));
    Optional<String> to = layout.flatMap(known -> text(known, rows.to()));
    if (from.isEmpty() || to.isEmpty()) {
      return rows.toString();
    }
    return "table "
        + rows.table()
        + ", "
        + (from.equals(to) ? from.get() : "from " + from.get() + " to " + to.get())
        + (rows.rows() == RowRange.UNKNOWN ? "" : ", " + Figures.count(rows.rows(), "row"));
  }

  private static Optional<String> text(KeyLayout layout, RowRange.@Nullable Position position) {
    if (position == null) {
      return Optional.empty();
    }
    byte[] prefix = position.prefix().toByteArray();
    byte[] suffix = position.suffix().toByteArray();
    byte[] key = Arrays.copyOf(prefix, prefix.length + suffix.length);
    System.arraycopy(suffix, 0, key, prefix.length, suffix.length);
    return layout.text(Slice.of(key));
  }

  private static void putKey(
      Map<String, Object> fields, String name, RowRange.@Nullable Position key) {
    if (key != null) {
      fields.put(name + "Prefix", KeyOption.hex(key.prefix()));
      fields.put(name + "Suffix", KeyOption.hex(key.suffix()));
    }
  }
}
