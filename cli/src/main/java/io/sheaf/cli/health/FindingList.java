package io.sheaf.cli.health;

import io.sheaf.engine.inspect.Finding;
import io.sheaf.engine.inspect.RowRange;
import io.sheaf.lsm.coding.Slice;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Findings as people and programs read them; the same for verify and repair.
 *
 * <p><em>Thread safety:</em> stateless.
 */
final class FindingList {
  private FindingList() {}

  /** Prints a line for each finding, and one more for the rows that it concerns. */
  static void print(PrintStream out, List<Finding> findings) {
    for (Finding finding : findings) {
      out.println("  " + finding.file() + " at " + finding.offset() + ": " + finding.problem());
      if (finding.rows() != null) {
        out.println("    " + finding.rows());
      }
    }
  }

  /** The findings for JSON; keys are in hexadecimal. */
  static List<Map<String, Object>> fields(List<Finding> findings) {
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

  private static void putKey(
      Map<String, Object> fields, String name, RowRange.@Nullable Position key) {
    if (key != null) {
      fields.put(name + "Prefix", hex(key.prefix()));
      fields.put(name + "Suffix", hex(key.suffix()));
    }
  }

  private static String hex(Slice bytes) {
    return HexFormat.of().formatHex(bytes.toByteArray());
  }
}
