package io.sheaf.torture.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;

/**
 * The record of a backup against lines that Jazzer makes up. What must hold is said at {@link
 * BackupAttack}.
 *
 * <p>With every change, the inputs beside this class are read. {@code JAZZER_FUZZ=1 ./sheaf mvn -pl
 * torture -am test -Dtest=BackupRecordFuzzTest -Dsheaf.test.leaks=disabled
 * -Dsurefire.failIfNoSpecifiedTests=false} goes on for an hour.
 */
class BackupRecordFuzzTest {
  @FuzzTest(maxDuration = "1h")
  void lines(byte[] content) {
    BackupAttack.read(content);
  }
}
