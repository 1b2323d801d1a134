package io.sheaf.server.acl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sheaf.server.client.Client;
import io.sheaf.server.client.Clients;
import io.sheaf.server.command.CommandException;
import io.sheaf.server.command.CommandTable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a client while its user is changed. */
final class UsersTest {
  private final Client client = new Client(1, "10.0.0.1:1", "10.0.0.2:1", 0, () -> {});

  @Test
  void whoIsRemovedWhileItsPasswordIsComparedDoesNotEnter() throws IOException, CommandException {
    Users users = new Users(new CommandTable(), new Clients(), null, null);
    users.open();
    users.set("ann", List.of("on", ">secret"));
    CompletableFuture<?> compared = users.enter(client, "ann", bytes("secret"));
    assertNotNull(compared); // it takes its time
    assertEquals(true, users.remove("ann", client));
    users.set("ann", List.of("on", ">another"));
    compared.join();
    assertThrows(CommandException.class, () -> enter(users, "secret"));
    assertEquals("default", client.user());
    enter(users, "another");
    assertEquals("ann", client.user());
  }

  /** Taken for missing, it would let everyone in. */
  @Test
  void anAclFileThatCannotBeReachedIsNotTakenForMissing(@TempDir Path directory)
      throws IOException {
    Path toItself = directory.resolve("loop.acl");
    Files.createSymbolicLink(toItself, toItself);
    Users users = new Users(new CommandTable(), new Clients(), null, toItself);
    assertThrows(IOException.class, users::open);
    Users first =
        new Users(new CommandTable(), new Clients(), null, directory.resolve("users.acl"));
    first.open(); // ACL SAVE makes it
  }

  private static byte[] bytes(String password) {
    return password.getBytes(StandardCharsets.UTF_8);
  }

  private void enter(Users users, String password) throws CommandException {
    CompletableFuture<?> compared = users.enter(client, "ann", bytes(password));
    while (compared != null) {
      compared.join();
      compared = users.enter(client, "ann", bytes(password));
    }
  }
}
