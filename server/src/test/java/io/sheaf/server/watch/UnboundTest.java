package io.sheaf.server.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.BindException;
import java.nio.channels.UnresolvedAddressException;
import org.junit.jupiter.api.Test;

/** Why a port cannot be listened on. */
final class UnboundTest {
  @Test
  void saysWhy() {
    assertEquals("Address in use", Unbound.why(new BindException("Address in use")));
    assertEquals("there is no such address", Unbound.why(new UnresolvedAddressException()));
    assertEquals("java.io.IOException", Unbound.why(new IOException()));
  }
}
