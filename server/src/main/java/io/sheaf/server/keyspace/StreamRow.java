package io.sheaf.server.keyspace;

/**
 * A stream: what is known of it without reading its entries.
 *
 * @param expireAtMillis when it is gone, or {@link KeyRow#NEVER}
 * @param number under which its entries and groups are filed; of no other stream, ever
 * @param length how many entries there are
 * @param added how many were ever added
 * @param first no entry has a lower id; entries begin here or later
 * @param last the highest id ever added or set
 * @param highestDeleted the highest id that XDEL removed; 0-0: none
 * @param groups how many consumer groups there are
 */
public record StreamRow(
    long expireAtMillis,
    long number,
    long length,
    long added,
    StreamId first,
    StreamId last,
    StreamId highestDeleted,
    int groups)
    implements KeyRow {
  /** Name of the type as TYPE answers it. */
  static final String TYPE = "stream";

  /** A stream without entries. */
  public static StreamRow empty(long number) {
    return new StreamRow(NEVER, number, 0, 0, StreamId.ZERO, StreamId.ZERO, StreamId.ZERO, 0);
  }

  @Override
  public StreamRow withExpireAtMillis(long expireAtMillis) {
    return new StreamRow(
        expireAtMillis, number, length, added, first, last, highestDeleted, groups);
  }

  /** The same under another number. */
  public StreamRow withNumber(long number) {
    return new StreamRow(
        expireAtMillis, number, length, added, first, last, highestDeleted, groups);
  }

  /** The same with one entry more, its id the highest. */
  public StreamRow withAdded(StreamId id) {
    StreamId begin = length == 0 ? id : first;
    return new StreamRow(
        expireAtMillis, number, length + 1, added + 1, begin, id, highestDeleted, groups);
  }

  /** The same with other ends: how many entries, and below which id there is none. */
  public StreamRow withEntries(long length, StreamId first) {
    return new StreamRow(
        expireAtMillis, number, length, added, first, last, highestDeleted, groups);
  }

  /** The same with another highest deleted id. */
  public StreamRow withHighestDeleted(StreamId highestDeleted) {
    return new StreamRow(
        expireAtMillis, number, length, added, first, last, highestDeleted, groups);
  }

  /** The same with what XSETID sets. */
  public StreamRow withLast(StreamId last, long added, StreamId highestDeleted) {
    return new StreamRow(
        expireAtMillis, number, length, added, first, last, highestDeleted, groups);
  }

  /** The same with another number of groups. */
  public StreamRow withGroups(int groups) {
    return new StreamRow(
        expireAtMillis, number, length, added, first, last, highestDeleted, groups);
  }

  @Override
  public String type() {
    return TYPE;
  }
}
