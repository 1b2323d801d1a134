package io.sheaf.torture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.cli.SheafMain;
import io.sheaf.cli.console.Console;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TortureCommandTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void aCampaignSaysItsSeedAndCounts() {
    assertEquals(0, run("torn", "--seed", "7", "--count", "1"), this::printed);
    assertTrue(printed().contains("torn: seed 7, "), this::printed);
    assertTrue(printed().contains("0 findings"), this::printed);
  }

  @Test
  void helpNamesEachCampaign() {
    assertEquals(0, run("--help"));
    for (var campaign : Campaigns.all(false)) {
      assertTrue(printed().contains("  " + campaign.name() + ":"), this::printed);
    }
    assertTrue(printed().contains("./sheaf torture crash"), this::printed);
  }

  @Test
  void wrongUseIsTold() {
    assertEquals(2, run("nothing"));
    assertEquals(2, run("crash", "--count", "0"));
    assertEquals(2, run("crash", "--share", "1.5"));
    assertEquals(2, run("crash", "--share", "0.1", "--full"));
    assertEquals(2, run());
    assertTrue(
        err.toString(StandardCharsets.UTF_8)
            .contains("there is no campaign 'nothing', only all, random, clock, "));
  }

  private int run(String... arguments) {
    Console console = new Console(stream(out), stream(err), false);
    List<String> words = new ArrayList<>(List.of("torture"));
    words.addAll(List.of(arguments));
    int code =
        SheafMain.run(console, List.of(new TortureCommand(console)), words.toArray(String[]::new));
    console.out().flush();
    return code;
  }

  private String printed() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }
}
