package io.sheaf.cli.demo;

import io.sheaf.testdata.ReadKind;

/** The ways in which a demo reads: as a service does for people who open a conversation. */
enum ReadPhase {
  /** Somebody comes back. */
  LATEST(ReadKind.LATEST, "newest", "newest 50 rows of a user", 2_000),
  /** Somebody scrolls on. */
  CURSOR(ReadKind.CURSOR, "cursor", "100 rows on from a cursor", 1_000),
  /** A new device of a busy user. */
  FULL(ReadKind.FULL, "full", "all rows of a busy user", 50);

  private final ReadKind kind;
  private final String key;
  private final String title;
  private final int operations;

  ReadPhase(ReadKind kind, String key, String title, int operations) {
    this.kind = kind;
    this.key = key;
    this.title = title;
    this.operations = operations;
  }

  ReadKind kind() {
    return kind;
  }

  /** Name for programs. */
  String key() {
    return key;
  }

  /** Name for people. */
  String title() {
    return title;
  }

  /** How often it is done at most. */
  int operations() {
    return operations;
  }
}
