package io.sheaf.server.streams;

import io.sheaf.server.keyspace.StreamId;
import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;

/**
 * Moves what waits for an acknowledgement between consumers, with the counters of all concerned.
 */
final class Pending {
  private Pending() {}

  /** Lets an entry wait for {@code consumer}, which is there, whoever had it before. */
  static void give(
      GroupRows rows, StreamId id, byte[] consumer, long deliveredMillis, long deliveries)
      throws IOException {
    PendingRow before = rows.pending(id);
    boolean same = before != null && Arrays.equals(before.consumer(), consumer);
    if (before != null && !same) {
      rows.deletePending(id, before.consumer());
      count(rows, before.consumer(), -1);
    }
    if (before == null) {
      GroupRow group = Objects.requireNonNull(rows.group());
      rows.put(group.withPending(group.pending() + 1));
    }
    if (!same) {
      count(rows, consumer, 1);
    }
    rows.put(id, new PendingRow(deliveredMillis, deliveries, consumer));
  }

  /** Lets an entry wait no more; false: it did not. */
  static boolean acknowledge(GroupRows rows, StreamId id) throws IOException {
    PendingRow before = rows.pending(id);
    if (before == null) {
      return false;
    }
    rows.deletePending(id, before.consumer());
    count(rows, before.consumer(), -1);
    GroupRow group = Objects.requireNonNull(rows.group());
    rows.put(group.withPending(group.pending() - 1));
    return true;
  }

  /** The consumer, made where it is missing. */
  static ConsumerRow consumer(GroupRows rows, byte[] consumer, long nowMillis) throws IOException {
    ConsumerRow row = rows.consumer(consumer);
    if (row != null) {
      return row;
    }
    ConsumerRow fresh = new ConsumerRow(nowMillis, -1, 0);
    rows.put(consumer, fresh);
    GroupRow group = Objects.requireNonNull(rows.group());
    rows.put(group.withConsumers(group.consumers() + 1));
    return fresh;
  }

  private static void count(GroupRows rows, byte[] consumer, int more) throws IOException {
    ConsumerRow row = rows.consumer(consumer);
    if (row != null) {
      rows.put(consumer, row.withPending(row.pending() + more));
    }
  }
}
