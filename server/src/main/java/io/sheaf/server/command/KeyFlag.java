package io.sheaf.server.command;

import java.util.Locale;

/** What a command does with a key, as COMMAND tells it and ACL patterns ask for it. */
public enum KeyFlag {
  /** Reads and changes what is there. */
  RW,
  /** Reads what is there. */
  RO,
  /** Overwrites what is there, without looking at it. */
  OW,
  /** Removes it. */
  RM,
  /** Tells, or copies elsewhere, what the key holds. */
  ACCESS,
  /** Changes a value. */
  UPDATE,
  /** Adds to a value. */
  INSERT,
  /** Removes of a value, or all of it. */
  DELETE,
  /** It depends on the arguments: what is told is the most of it. */
  VARIABLE_FLAGS;

  /** As COMMAND shows it. */
  public String shown() {
    return switch (this) {
      case RW, RO, OW, RM -> name();
      case ACCESS, UPDATE, INSERT, DELETE, VARIABLE_FLAGS -> name().toLowerCase(Locale.ROOT);
    };
  }
}
