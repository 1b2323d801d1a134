package io.sheaf.server.streams;

import io.sheaf.server.keyspace.StreamId;
import io.sheaf.server.keyspace.StreamRow;

/**
 * How far a group is in its stream, as far as counters tell it: an entry that was removed out of
 * the middle makes it unknown.
 *
 * <p><b>Thread safety.</b> Stateless.
 */
final class StreamLag {
  private StreamLag() {}

  /** Whether an entry behind {@code id} may have been removed out of the middle. */
  static boolean mayHaveGapBehind(StreamRow stream, StreamId id) {
    return stream.length() > 0
        && !stream.highestDeleted().equals(StreamId.ZERO)
        && id.compareTo(stream.highestDeleted()) <= 0;
  }

  /** How many entries were added up to {@code id}; {@link GroupRow#UNKNOWN}. */
  static long addedUpTo(StreamRow stream, StreamId id) {
    if (stream.added() == 0) {
      return 0;
    }
    int toLast = id.compareTo(stream.last());
    if (toLast == 0 || (stream.length() == 0 && toLast < 0)) {
      return stream.added();
    }
    if (toLast > 0) {
      return GroupRow.UNKNOWN;
    }
    boolean isWhole =
        stream.highestDeleted().equals(StreamId.ZERO)
            || stream.highestDeleted().compareTo(stream.first()) < 0;
    int toFirst = id.compareTo(stream.first());
    if (isWhole && toFirst <= 0) {
      return stream.added() - stream.length() + (toFirst == 0 ? 1 : 0);
    }
    return GroupRow.UNKNOWN;
  }

  /** How many entries a group has not been given; {@link GroupRow#UNKNOWN}. */
  static long lag(StreamRow stream, GroupRow group) {
    if (stream.added() == 0) {
      return 0;
    }
    long read =
        group.entriesRead() != GroupRow.UNKNOWN && !mayHaveGapBehind(stream, group.last())
            ? group.entriesRead()
            : addedUpTo(stream, group.last());
    return read == GroupRow.UNKNOWN ? GroupRow.UNKNOWN : stream.added() - read;
  }
}
