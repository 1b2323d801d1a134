package io.sheaf.server;

import io.sheaf.engine.Sheaf;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import io.sheaf.lsm.db.Durability;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A process that serves a store until it is killed; prints its port. */
final class ServeProcess {
  private ServeProcess() {}

  /** How long writes with durability BUFFERED may stay in memory. */
  static final long BUFFERED_MILLIS = 50;

  /** Serves the store in the directory that the first argument names, as durable as the second. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    PrintStream out = System.out;
    DbOptions options =
        DbOptions.DEFAULT
            .withMemory(32L << 20, 4L << 20)
            .withDurability(Durability.valueOf(arguments[1]))
            .withBufferedMillis(BUFFERED_MILLIS);
    try (Db db = Sheaf.open(Path.of(arguments[0]), options);
        SheafServer server = SheafServer.start(db, ServerOptions.DEFAULT.withPort(0))) {
      out.write((server.port() + "\n").getBytes(StandardCharsets.US_ASCII));
      out.flush();
      server.awaitStop();
    }
  }
}
