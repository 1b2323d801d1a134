package io.sheaf.engine.repair;

import io.sheaf.engine.inspect.Finding;
import java.util.List;

/**
 * What a repair found, what it brought back, and what it could not.
 *
 * @param tables the tables of the new store
 * @param damages what is wrong with the damaged store
 * @param losses what could not be brought back, with the rows where they are known
 * @param notes what else there is to know of the new store
 */
public record RepairReport(
    List<RepairedTable> tables, List<Finding> damages, List<Finding> losses, List<String> notes) {
  /** Copies the lists. */
  public RepairReport {
    tables = List.copyOf(tables);
    damages = List.copyOf(damages);
    losses = List.copyOf(losses);
    notes = List.copyOf(notes);
  }

  /**
   * A table of the new store.
   *
   * @param id number of the table
   * @param name its name
   * @param rows rows that are in it
   * @param rawValueBytes bytes of their values
   */
  public record RepairedTable(int id, String name, long rows, long rawValueBytes) {}

  /** Whether everything that the damaged store held is in the new one. */
  public boolean isComplete() {
    return losses.isEmpty();
  }
}
