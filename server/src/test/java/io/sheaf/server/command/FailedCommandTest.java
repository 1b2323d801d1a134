package io.sheaf.server.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sheaf.engine.Sheaf;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import io.sheaf.server.client.Client;
import io.sheaf.server.client.ClientPause;
import io.sheaf.server.keyspace.KeyLocks;
import io.sheaf.server.keyspace.KeyPlace;
import io.sheaf.server.keyspace.KeyRow;
import io.sheaf.server.keyspace.Keyspace;
import io.sheaf.server.keyspace.StringRow;
import io.sheaf.server.keyspace.Transaction;
import io.sheaf.server.settings.LiveOptions;
import io.sheaf.server.wire.ReplyWriter;
import io.sheaf.server.wire.Request;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A command that fails in the middle, as of a heap that is full, beside others of its burst. */
final class FailedCommandTest {
  @TempDir private Path directory;
  private Db db;
  private Keyspace keyspace;
  private Dispatcher dispatcher;

  private final ByteBuf out = Unpooled.buffer();
  private final Client client = new Client(1, "a:1", "b:2", 0, () -> {});
  private final PendingReplies replies =
      new PendingReplies(new ReplyWriter(out), () -> {}, () -> {});

  private static final Permissions ALL =
      new Permissions() {
        @Override
        public void check(Client client, Command command, Request request, boolean isInMulti) {}

        @Override
        public boolean allows(Client client, Command command, Request request) {
          return true;
        }

        @Override
        public long changes() {
          return 0;
        }
      };

  @BeforeEach
  void open() throws IOException {
    db = Sheaf.open(directory, DbOptions.DEFAULT.withMemory(32L << 20, 8L << 20));
    keyspace = Keyspace.open(db, System::currentTimeMillis);
    CommandTable table = new CommandTable();
    table.add(
        new Command("put", 2, FailedCommandTest::put)
            .flags(CommandFlag.WRITE)
            .keys(1, 1, 1, KeyFlag.OW, KeyFlag.UPDATE));
    table.add(
        new Command(
                "half",
                2,
                call -> {
                  put(call);
                  throw new StackOverflowError("in the middle");
                })
            .flags(CommandFlag.WRITE)
            .keys(1, 1, 1, KeyFlag.OW, KeyFlag.UPDATE));
    dispatcher =
        new Dispatcher(
            table,
            keyspace,
            new LiveOptions(),
            ALL,
            new ClientPause(System::nanoTime, (task, millis) -> {}));
    client.authenticated(true);
  }

  @AfterEach
  void close() throws IOException {
    db.close();
    out.release();
  }

  private static void put(Call call) throws CommandException, IOException {
    call.rows().put(call.key(1), new StringRow(KeyRow.NEVER, new byte[] {1}));
    call.reply().ok();
  }

  private static Request request(String... words) {
    byte[][] arguments = new byte[words.length][];
    for (int i = 0; i < words.length; i++) {
      arguments[i] = words[i].getBytes(StandardCharsets.US_ASCII);
    }
    return Request.of(arguments);
  }

  private boolean isThere(String key) throws IOException {
    try (Transaction rows = keyspace.begin()) {
      return rows.find(key.getBytes(StandardCharsets.US_ASCII)) != null;
    }
  }

  @Test
  void nothingOfItIsWrittenAndItsLocksAreFree() throws IOException {
    WriteBurst burst = dispatcher.newBurst();
    assertTrue(dispatcher.run(client, request("put", "before"), replies, burst));
    assertThrows(
        StackOverflowError.class,
        () -> {
          boolean _ = dispatcher.run(client, request("half", "middle"), replies, burst);
        });
    dispatcher.finish(burst); // as a connection does whose run has failed
    assertEquals(false, isThere("middle"));
    assertEquals(false, isThere("before")); // which is answered with an error
    assertTrue(out.toString(StandardCharsets.UTF_8).startsWith("-ERR internal error"));
    long place = KeyPlace.of("middle".getBytes(StandardCharsets.US_ASCII));
    try (KeyLocks.Held held = keyspace.locks().tryLock(place)) {
      assertNotNull(held);
    }
    assertTrue(dispatcher.run(client, request("put", "later"), replies, burst));
    dispatcher.finish(burst);
    assertTrue(isThere("later"));
    assertNull(burst.rows());
  }
}
