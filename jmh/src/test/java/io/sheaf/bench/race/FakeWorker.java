package io.sheaf.bench.race;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Speaks the lines of a worker, without an engine. The system property {@code fake} says what it
 * does besides, and {@code fake.engine} which engine does so.
 */
final class FakeWorker {
  private FakeWorker() {}

  /** Speaks. */
  public static void main(String[] arguments) throws IOException {
    Map<String, String> options = new HashMap<>();
    for (int i = 0; i < arguments.length; i += 2) {
      options.put(arguments[i], arguments[i + 1]);
    }
    String engine = options.getOrDefault("--engine", "");
    Path store = Path.of(options.getOrDefault("--dir", ""));
    Files.createDirectory(store);
    Files.writeString(store.resolve("000001.sst"), "rows");
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    out.println("a library says hello");
    out.println(
        "{\"kind\":\"progress\",\"phase\":\"load\",\"done\":10,\"total\":10,\"unit\":\"rows\"}");
    String does =
        engine.equals(System.getProperty("fake.engine")) ? System.getProperty("fake", "") : "";
    int speed = engine.equals("sheaf") ? 30 : 10;
    out.println(
        "{\"kind\":\"result\",\"phase\":\"load\",\"metric\":\"rows a second, background finished\","
            + "\"unit\":\"rows/s\",\"better\":\"higher\",\"value\":"
            + speed
            + "}");
    if (!does.equals("misses")) {
      out.println(
          "{\"kind\":\"result\",\"phase\":\"disk\",\"metric\":\"bytes on disk a user byte\","
              + "\"unit\":\"bytes\",\"better\":\"lower\",\"value\":0.5}");
    }
    out.println(
        "{\"kind\":\"curve\",\"phase\":\"load\",\"name\":\"batch write\",\"unit\":\"µs\","
            + "\"points\":[[50,11.0],[99,50],[100,70]]}");
    out.println("{\"kind\":\"note\",\"text\":\"options " + options.get("--memory") + "\"}");
    switch (does) {
      case "loses" -> {
        out.println(
            "{\"kind\":\"failure\",\"phase\":\"get-cold\",\"text\":\"row 17 of user 3 is missing\"}");
        System.exit(1);
      }
      case "dies" -> {
        System.err.println("native code: abort");
        System.exit(9);
      }
      case "stammers" -> out.println("{\"kind\":\"result\"");
      case "gorges" -> gorge();
      default -> {}
    }
  }

  /** Takes memory until it is refused. */
  private static void gorge() {
    List<ByteBuffer> all = new ArrayList<>();
    while (all.size() < Integer.MAX_VALUE) {
      ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 24);
      for (int i = 0; i < buffer.capacity(); i += 1024) {
        buffer.put(i, (byte) i);
      }
      all.add(buffer);
    }
  }
}
