package io.sheaf.server.acl;

import io.sheaf.server.command.Command;
import io.sheaf.server.command.CommandFlag;
import java.util.Set;

/**
 * What a command does with its keys, for patterns that allow to read or to write only.
 *
 * @param reads whether it tells what is there
 * @param writes whether it changes what is there
 */
record KeyAccess(boolean reads, boolean writes) {
  /** Commands that change keys and tell what was there. */
  private static final Set<String> BOTH =
      Set.of(
          "getset",
          "getdel",
          "getex",
          "incr",
          "decr",
          "incrby",
          "decrby",
          "incrbyfloat",
          "rename",
          "renamenx",
          "xclaim",
          "xautoclaim",
          "xreadgroup");

  /** Commands that tell of a key, but not what it holds. */
  private static final Set<String> NEITHER =
      Set.of("exists", "touch", "type", "strlen", "xlen", "ttl", "pttl", "expiretime");

  static KeyAccess of(Command command) {
    boolean writes = command.is(CommandFlag.WRITE);
    boolean reads = !NEITHER.contains(command.name()) && !writes;
    return new KeyAccess(reads || BOTH.contains(command.name()), writes);
  }
}
