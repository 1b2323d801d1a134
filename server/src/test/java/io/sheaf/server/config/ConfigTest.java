package io.sheaf.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sheaf.im.ImOptions;
import io.sheaf.im.limit.Rate;
import io.sheaf.lsm.db.Durability;
import io.sheaf.lsm.db.LogRetention;
import io.sheaf.server.ClientLimits;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A config file says what it is meant to say, or is refused by its line. */
final class ConfigTest {
  @Test
  void whatIsPrintedIsReadAgain() {
    Config changed = Config.STANDARD.with(ConfigOption.PORT, "1234");
    Config read = Config.parse("printed", changed.shown().lines().toList());
    for (ConfigOption option : ConfigOption.values()) {
      assertEquals(changed.get(option), read.get(option));
    }
    assertEquals(1_234, read.server().port());
    assertEquals(1L << 30, read.store().memoryBytes());
    assertEquals(Durability.WRITTEN, read.store().durability());
  }

  @Test
  void theDefaultsOfTheImLayerAreItsOwn() {
    assertEquals(ImOptions.DEFAULT, Config.STANDARD.server().im());
  }

  @Test
  void readsWhatClientsMayTake() {
    assertEquals(ClientLimits.DEFAULT, Config.STANDARD.server().clientLimits());
    assertEquals(
        new ClientLimits(64 << 20, 1 << 20, 2 << 20),
        Config.parse(
                "f",
                List.of(
                    "maxmemory-clients 64m",
                    "proto-max-bulk-len 1m",
                    "client-query-buffer-limit 2m"))
            .server()
            .clientLimits());
    assertEquals(
        "option proto-max-bulk-len must be 1m to 64m, not '1'",
        message(() -> Config.parse("f", List.of("proto-max-bulk-len 1")).server()));
  }

  @Test
  void readsTimesAndRates() {
    ImOptions im =
        Config.parse(
                "f",
                List.of("im-events-kept 90m", "im-window 0", "im-user-rate 5/20", "im-body 1m"))
            .server()
            .im();
    assertEquals(Duration.ofMinutes(90), im.kept().events());
    assertEquals(Duration.ZERO, im.window());
    assertEquals(new Rate(5, 20), im.rates().user());
    assertEquals(1 << 20, im.mostBodyBytes());
    for (String wrong : new String[] {"", "5", "d", "1w", "-1d", "99999999999999999999d"}) {
      assertEquals(
          "option im-window must be 0, or a number with ms, s, m, h or d, such as 7d, not '"
              + wrong
              + "'",
          message(() -> Config.parse("f", List.of("im-window " + wrong)).server()));
    }
    assertEquals(
        "tls-certificate and tls-key belong together: set both, or none",
        message(() -> Config.parse("f", List.of("tls-key k.pem")).server()));
  }

  @Test
  void readsHowLongLogsAreKept() {
    assertEquals(LogRetention.NONE, Config.STANDARD.store().logRetention());
    assertEquals(
        new LogRetention(1L << 30, 7_200_000),
        Config.parse("f", List.of("log-kept 1g", "log-kept-for 2h")).store().logRetention());
  }

  @Test
  void theWriteBufferIsAPartOfTheMemory() {
    assertEquals(32L << 20, Config.parse("f", List.of("memory 128m")).store().writeBufferBytes());
    assertEquals(
        100L << 20,
        Config.parse("f", List.of("memory 128m", "write-buffer 100m")).store().writeBufferBytes());
    assertEquals(
        "option write-buffer must be a part of memory, which is 128m, not '256m'",
        message(() -> Config.parse("f", List.of("memory 128m", "write-buffer 256m")).store()));
  }

  @Test
  void saysWhichOptionIsWrongInItsOwnWords() {
    Map<String, String> wrong =
        Map.of(
            "memory 1k", "option memory must be 256k or more, not '1k'",
            "write-buffer 1k", "option write-buffer must be 64k or more, not '1k'",
            "buffered-millis 0", "option buffered-millis must be a number from 1 on, not '0'",
            "log-kept -1", "option log-kept must be 0 or more, not '-1'");
    wrong.forEach((line, says) ->
        assertEquals(says, message(() -> Config.parse("f", List.of(line)).store())));
    Map<String, String> others =
        Map.of(
            "port 99999", "option port must be a number from 0 to 65535, not '99999'",
            "workers -1", "option workers must be a number from 0 to 1024, not '-1'",
            "max-clients 0", "option max-clients must be a number from 1 to 1048576, not '0'",
            "maxmemory-clients 1k", "option maxmemory-clients must be 1m to 1024g, not '1k'",
            "im-window 5m", "option im-window must be 0, or 1ms to 1m, not '5m'",
            "im-body 17m", "option im-body must be 1 to 16m, not '17m'",
            "im-answers-kept 1h", "option im-answers-kept must be 1d or more, not '1h'",
            "im-messages-kept 1m", "option im-messages-kept must be 0, or 10m or more, not '1m'",
            "im-user-rate -1",
                "option im-user-rate must be messages a second, such as 5, or with a burst of 1 or"
                    + " more, such as 5/20, not '-1'");
    others.forEach((line, says) ->
        assertEquals(says, message(() -> Config.parse("f", List.of(line)).server())));
    assertEquals(
        "option memory must be at most 4096m, which the JVM allows off the heap (start it with"
            + " SHEAF_JAVA_OPTS=-XX:MaxDirectMemorySize=8192m to allow more), not '8g'",
        message(() -> Config.parse("f", List.of("memory 8g")).checkMemory(4L << 30)));
    Config.parse("f", List.of("memory 4g")).checkMemory(4L << 30);
  }

  @Test
  void aTabIsABlank() {
    Config read = Config.parse("f", List.of("\tport\t 1234", "password two  words "));
    assertEquals("1234", read.get(ConfigOption.PORT));
    assertEquals("two  words", read.get(ConfigOption.PASSWORD));
  }

  @Test
  void refusesWhatItDoesNotKnow() {
    assertEquals(
        "f:2: no option 'prot'; sheaf serve --print-config shows all",
        message(() -> Config.parse("f", List.of("# c", "prot 1"))));
    assertEquals(
        "f:1: no option 'maxclients'; did you mean max-clients; sheaf serve --print-config shows"
            + " all",
        message(() -> Config.parse("f", List.of("maxclients 1"))));
    assertEquals(
        "f:2: port is set twice", message(() -> Config.parse("f", List.of("port 1", "port 2"))));
    assertEquals(
        "option memory must be a number of bytes such as 512m, not '1x'",
        message(() -> Config.parse("f", List.of("memory 1x")).store()));
  }

  private static @Nullable String message(Runnable action) {
    return assertThrows(IllegalArgumentException.class, action::run).getMessage();
  }
}
