package io.sheaf.engine.verify;

import io.sheaf.engine.inspect.Finding;
import java.util.List;

/**
 * What was checked of a store, and what is wrong with it.
 *
 * @param deep whether every block and row was read, or only what files say of themselves
 * @param tables number of tables
 * @param keyFiles number of SSTables that were checked
 * @param valueFiles number of value files that were checked
 * @param logs number of logs that were checked
 * @param logWrites number of writes in the logs, which an opening replays; none of those behind the
 *     place where it refuses to
 * @param rows number of rows in SSTables that were read, all versions and deletes counted; 0 unless
 *     deep
 * @param leftOver files that no table needs: a crash left them, the next opening deletes them. None
 *     where anything is wrong: a manifest that has lost edits does not name all that is needed
 * @param findings what is wrong
 */
public record VerifyReport(
    boolean deep,
    int tables,
    int keyFiles,
    int valueFiles,
    int logs,
    long logWrites,
    long rows,
    List<String> leftOver,
    List<Finding> findings) {
  /** Copies the lists. */
  public VerifyReport {
    leftOver = List.copyOf(leftOver);
    findings = List.copyOf(findings);
  }

  /** Whether nothing is wrong. */
  public boolean isFine() {
    return findings.isEmpty();
  }
}
