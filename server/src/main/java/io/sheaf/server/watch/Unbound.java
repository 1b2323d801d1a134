package io.sheaf.server.watch;

import java.nio.channels.UnresolvedAddressException;

/**
 * Says why a port cannot be listened on.
 *
 * <p><b>Thread safety.</b> Stateless.
 */
public final class Unbound {
  private Unbound() {}

  /** A few words, such as "Address already in use". */
  public static String why(Throwable cause) {
    if (cause instanceof UnresolvedAddressException) {
      return "there is no such address"; // it has no message
    }
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }
}
