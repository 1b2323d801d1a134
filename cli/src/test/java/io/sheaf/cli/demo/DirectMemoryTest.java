package io.sheaf.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.cli.console.CommandFailure;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DirectMemoryTest {
  @Test
  void isWhatTheLastOptionSays() {
    assertEquals(
        3L << 30,
        DirectMemory.allowedBytes(
            List.of("-Xmx1g", "-XX:MaxDirectMemorySize=1g", "-XX:MaxDirectMemorySize=3g")));
    assertEquals(Runtime.getRuntime().maxMemory(), DirectMemory.allowedBytes(List.of("-ea")));
  }

  @Test
  void refusesMoreAndSaysHowToGetIt() throws CommandFailure {
    DirectMemory.check(1 << 20);
    CommandFailure failure = assertThrows(CommandFailure.class, () -> DirectMemory.check(1L << 45));
    assertTrue(
        failure.toString().contains("-XX:MaxDirectMemorySize=33554432m"), failure.toString());
  }
}
