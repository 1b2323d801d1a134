package io.sheaf.server.im;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sheaf.engine.Sheaf;
import io.sheaf.im.ImOptions;
import io.sheaf.im.ImStore;
import io.sheaf.im.id.DeviceId;
import io.sheaf.im.id.UserId;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import io.sheaf.server.acl.Users;
import io.sheaf.server.client.Client;
import io.sheaf.server.client.Clients;
import io.sheaf.server.command.CommandException;
import io.sheaf.server.command.CommandTable;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How many subscriptions there may be. */
final class SubscribeCommandsTest {
  private static final UserId BOB = UserId.of("bob");

  @TempDir private Path directory;

  @Test
  void allClientsTogetherHaveAsManyPlacesAsThereAre() throws IOException, CommandException {
    try (Db db = Sheaf.open(directory, DbOptions.DEFAULT.withMemory(32L << 20, 8L << 20));
        ImStore im = ImStore.open(db, ImOptions.DEFAULT)) {
      Users users = new Users(new CommandTable(), new Clients(), null, null);
      users.open();
      SubscribeCommands two = new SubscribeCommands(im, users, 2);
      Client ann = new Client(1, "a", "b", 0, () -> {});
      DevicePushes first = new DevicePushes(im, ann, two, () -> {});
      DevicePushes second =
          new DevicePushes(im, new Client(2, "a", "b", 0, () -> {}), two, () -> {});
      first.begin(BOB, DeviceId.of("a"), 0);
      second.begin(BOB, DeviceId.of("b"), 0);
      assertThrows(CommandException.class, () -> second.begin(BOB, DeviceId.of("c"), 0));
      assertEquals(true, first.end(BOB, DeviceId.of("a")));
      assertEquals(0, ann.subscriptions());
      second.begin(BOB, DeviceId.of("c"), 0);
      assertThrows(CommandException.class, () -> first.begin(BOB, DeviceId.of("a"), 0));
      second.gone();
      first.begin(BOB, DeviceId.of("a"), 0);
      first.begin(BOB, DeviceId.of("a"), 0); // anew
      first.begin(BOB, DeviceId.of("b"), 0);
      assertEquals(2, ann.subscriptions());
      ann.reset();
      assertEquals(0, ann.subscriptions());
    }
  }
}
