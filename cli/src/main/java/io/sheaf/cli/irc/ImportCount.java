package io.sheaf.cli.irc;

/**
 * What an import has read.
 *
 * <p><em>Thread safety:</em> none.
 */
final class ImportCount {
  long logs;
  long lines;
  long messages;
  long others;
  long thereAlready;
  long nicksTooLong;
  long bytes;
}
