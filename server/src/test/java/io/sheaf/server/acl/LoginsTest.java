package io.sheaf.server.acl;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sheaf.server.command.CommandException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

final class LoginsTest {
  private static final byte[] PASSWORD = "a".getBytes(StandardCharsets.US_ASCII);

  @Test
  void whereNoThreadWasToBeHadOthersMayTryAgain() throws Exception {
    AtomicBoolean threads = new AtomicBoolean();
    Logins logins =
        new Logins(
            () -> 0,
            task -> {
              if (!threads.get()) {
                throw new OutOfMemoryError("unable to create native thread");
              }
              task.run();
            });
    for (int i = 0; i < 10; i++) {
      assertThrows(CommandException.class, () -> logins.admit(null, "ann", PASSWORD, "here"));
    }
    threads.set(true);
    assertFalse(logins.admit(null, "ann", PASSWORD, "here").join());
  }
}
