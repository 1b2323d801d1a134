package io.sheaf.torture.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackupAttackTest {
  @Test
  void whatABackupHasWrittenIsRestored() throws Exception {
    assertTrue(BackupAttack.read(BackupAttack.original()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../store/000099.sst",
        "/store/000099.sst",
        "000099.sst/../../store/1",
        "LOCK",
        ""
      })
  void aNameThatIsNoneOfAStoreIsRefused(String name) throws Exception {
    String lines = new String(BackupAttack.original(), StandardCharsets.UTF_8);
    String attacked = lines.replaceFirst("\nfile [^ ]+\\.sst ", "\nfile " + name + " ");
    assertEquals(lines.lines().count(), attacked.lines().count());
    assertFalse(lines.equals(attacked));
    assertFalse(BackupAttack.read(attacked.getBytes(StandardCharsets.UTF_8)), name);
  }
}
