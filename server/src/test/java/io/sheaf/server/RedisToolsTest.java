package io.sheaf.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What redis-cli and redis-benchmark see; Debian has them in its package redis-tools. */
final class RedisToolsTest {
  @TempDir private Path directory;
  private ServedStore store;

  @BeforeEach
  void open() throws IOException {
    store = new ServedStore(directory, ServerOptions.DEFAULT);
  }

  @AfterEach
  void close() throws IOException {
    store.close();
  }

  @Test
  void redisCli() throws IOException, InterruptedException {
    assertEquals("PONG", run("redis-cli", "ping"));
    assertEquals("OK", run("redis-cli", "set", "a", "1"));
    assertEquals("1", run("redis-cli", "-3", "get", "a"));
    assertEquals("1-1", run("redis-cli", "xadd", "s", "1-1", "f", "v"));
    assertEquals("1-1\nf\nv", run("redis-cli", "xrange", "s", "-", "+"));
    assertTrue(run("redis-cli", "info", "server").contains("redis_mode:standalone"));
    assertTrue(run("redis-cli", "flushall").startsWith("ERR FLUSHALL and FLUSHDB are off"));
    assertTrue(run("redis-cli", "command", "docs", "xadd").contains("Appends an entry"));
  }

  @Test
  void redisBenchmark() throws IOException, InterruptedException {
    String output =
        run(
            "redis-benchmark",
            "-q",
            "-n",
            "2000",
            "-c",
            "20",
            "-P",
            "16",
            "-t",
            "set,get,incr,mset");
    assertFalse(output.contains("ERR"), output);
    for (String test : List.of("SET: ", "GET: ", "INCR: ", "MSET")) {
      assertTrue(output.contains(test), output);
    }
  }

  private String run(String tool, String... arguments) throws IOException, InterruptedException {
    Path program = Path.of("/usr/bin", tool);
    assumeTrue(
        Files.isExecutable(program), () -> program + " is missing: apt-get install redis-tools");
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of("-p", Integer.toString(store.port())));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    return output.strip();
  }
}
