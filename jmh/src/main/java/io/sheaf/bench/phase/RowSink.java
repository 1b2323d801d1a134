package io.sheaf.bench.phase;

import io.sheaf.cli.console.CommandFailure;
import io.sheaf.cli.measure.RowPage;
import io.sheaf.testdata.Read;

/**
 * Takes what reads returned, while the clock stands still: for each read its rows, in pieces, and
 * its end.
 *
 * <p><em>Thread safety:</em> none.
 */
interface RowSink {
  /** The rows of this read come next. */
  void begin(int index, Read read);

  /** Some rows of the read: those in the page from {@code from} to before {@code to}. */
  void rows(RowPage page, int from, int to) throws CommandFailure;

  /** The read has no more rows. */
  void end() throws CommandFailure;
}
