package io.sheaf.testdata;

/**
 * The ids of messages: they rise strictly with the row number, by steps that vary, and tell the row
 * number back.
 *
 * <pre>
 *   63 62                                  22 21       12 11       0
 *   +-+--------------------------------------+-----------+----------+
 *   |0| milliseconds since 1970              | worker    | sequence |
 *   +-+--------------------------------------+-----------+----------+
 * </pre>
 *
 * <p>Two rows are 4 milliseconds apart on average, 1 to 7 in fact. The worker is one of 16, the
 * sequence 0 to 3.
 *
 * <p><em>Thread safety:</em> stateless.
 */
final class MessageId {
  /** The times of so many rows fit. */
  static final long MAX_ROWS = 100_000_000_000L;

  private static final long FIRST_MILLIS = 1_700_000_000_000L;
  private static final int MILLIS_SHIFT = 22;
  private static final int ROW_MILLIS_SHIFT = 2;
  private static final int WORKER_SHIFT = 12;

  /** A bit of the sequence that no id has set. */
  private static final long UNUSED_BIT = 1L << 9;

  private MessageId() {}

  /** The id of a row: {@code noise} gives the variation of its time, its worker and sequence. */
  static long of(long row, long noise) {
    long millis = FIRST_MILLIS + (row << ROW_MILLIS_SHIFT) + (noise & 3);
    long worker = (noise >>> 2) & 15;
    long sequence = (noise >>> 6) & 3;
    return (millis << MILLIS_SHIFT) | (worker << WORKER_SHIFT) | sequence;
  }

  static long millisOf(long id) {
    return id >>> MILLIS_SHIFT;
  }

  /** The only row that can have this id; negative where none can. */
  static long rowOf(long id) {
    return id < 0 ? -1 : (millisOf(id) - FIRST_MILLIS) >> ROW_MILLIS_SHIFT;
  }

  /** An id that no row has, right behind {@code id}. */
  static long absentAfter(long id) {
    return id | UNUSED_BIT;
  }
}
