package io.sheaf.server.command;

import java.util.Locale;

/** What is to be known of a command before it runs. */
public enum CommandFlag {
  /** Changes keys: they are locked, and what it did is written before it is answered. */
  WRITE,
  /** Reads keys. */
  READONLY,
  /** Takes a time that does not grow with the data. */
  FAST,
  /** For an operator. */
  ADMIN,
  /** May wait. */
  BLOCKING,
  /** Runs before a client has said who it is. */
  NO_AUTH,
  /** Where its keys are depends on the arguments. */
  MOVABLEKEYS,
  /** Not inside of MULTI. */
  NO_MULTI,
  /** Runs at once even inside of MULTI, as it ends or begins one. */
  IN_MULTI_AT_ONCE,
  /** Changes all keys: all are locked. */
  ALL_KEYS,
  /** May answer or change much: it is not written together with others. */
  ALONE,
  /**
   * Reads rows that belong together: its keys are locked, so that it sees all of a change or none.
   */
  AS_ONE,
  /** Reads several rows, as of one moment; its keys are not locked. */
  OF_ONE_MOMENT,
  /** Changes rows that are no keys, under locks of its own, in a batch of its own. */
  OWN_WRITES,
  /** Is given a password: its arguments are not logged. */
  SECRET,
  /** Runs during CLIENT PAUSE, as it may end it. */
  DURING_PAUSE;

  /** Whether COMMAND shows it. */
  public boolean isShown() {
    return switch (this) {
      case WRITE, READONLY, FAST, ADMIN, BLOCKING, NO_AUTH, MOVABLEKEYS, NO_MULTI -> true;
      case IN_MULTI_AT_ONCE,
          ALL_KEYS,
          ALONE,
          AS_ONE,
          OF_ONE_MOMENT,
          OWN_WRITES,
          SECRET,
          DURING_PAUSE ->
          false;
    };
  }

  /** As COMMAND shows it. */
  public String shown() {
    return name().toLowerCase(Locale.ROOT);
  }
}
