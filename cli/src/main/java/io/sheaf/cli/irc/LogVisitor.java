package io.sheaf.cli.irc;

import io.sheaf.cli.console.CommandFailure;
import java.io.IOException;
import java.io.InputStream;

/** Is shown logs, one after the other. */
@FunctionalInterface
interface LogVisitor {
  /**
   * Reads a log, or some of it.
   *
   * @param name name of the file, without directories
   * @param sizeBytes size of the log in bytes
   * @param content valid during this call; who shows it closes it
   */
  void visit(String name, long sizeBytes, InputStream content) throws CommandFailure, IOException;
}
