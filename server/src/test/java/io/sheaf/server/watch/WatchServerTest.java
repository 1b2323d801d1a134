package io.sheaf.server.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.server.ServedStore;
import io.sheaf.server.ServerOptions;
import io.sheaf.server.im.Reply;
import io.sheaf.server.im.RespClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Metrics and health over HTTP. */
final class WatchServerTest {
  @TempDir private Path directory;

  @Test
  void tellsWhatIsMeasuredWithoutNamesOfUsers() throws IOException, InterruptedException {
    ServerOptions options = ServerOptions.DEFAULT.withMetricsPort(OptionalInt.of(0));
    try (ServedStore store = new ServedStore(directory, options);
        RespClient client = new RespClient(store.port());
        HttpClient http = HttpClient.newHttpClient()) {
      client.hello(3);
      Reply _ = client.call("IM.CREATE", "secretteam", "MEMBERS", "secretuser");
      Reply _ = client.call("IM.SEND", "secretteam", "secretuser", "hello");
      Reply _ = client.call("IM.SEND", "nosuchteam", "secretuser", "hello");
      int port = store.server().metricsPort().orElseThrow();
      String metrics = get(http, port, "/metrics", 200);
      assertTrue(metrics.contains("sheaf_command_seconds_count{command=\"im.send\"} 2"), metrics);
      assertTrue(metrics.contains("sheaf_command_failed_total{command=\"im.send\"} 1.0"), metrics);
      assertTrue(metrics.contains("\nsheaf_clients 1.0"), metrics);
      assertTrue(metrics.contains("\nsheaf_read_only 0.0"), metrics);
      assertTrue(metrics.contains("sheaf_engine_batches_total"), metrics);
      assertTrue(metrics.contains("jvm_memory_used_bytes"), metrics);
      assertFalse(metrics.contains("secret"), metrics);
      assertFalse(metrics.contains("nosuchteam"), metrics);
      assertEquals("alive\n", get(http, port, "/health/alive", 200));
      assertEquals("ready\n", get(http, port, "/health/ready", 200));
      store.server().askToStop();
      assertEquals("it is about to stop\n", get(http, port, "/health/ready", 503));
      assertEquals("alive\n", get(http, port, "/health/alive", 200));
    }
  }

  private static String get(HttpClient http, int port, String path, int status)
      throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + port + path);
    HttpResponse<String> response =
        http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    assertEquals(status, response.statusCode(), response.body());
    return response.body();
  }
}
