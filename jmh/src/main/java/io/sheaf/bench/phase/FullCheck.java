package io.sheaf.bench.phase;

import io.sheaf.cli.console.CommandFailure;
import io.sheaf.cli.measure.ReadCheck;
import io.sheaf.cli.measure.RowPage;
import io.sheaf.testdata.Read;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.zip.CRC32C;

/**
 * Compares each row with what was written, byte for byte, and notes a checksum of the rows of each
 * read, by which {@link RepeatedCheck} knows them again.
 *
 * <p><em>Thread safety:</em> none; threads may share the checksums.
 */
final class FullCheck implements RowSink {
  private final ReadCheck check;
  private final AtomicLongArray checksums;
  private final CRC32C checksum = new CRC32C();
  private int index;

  FullCheck(ReadCheck check, AtomicLongArray checksums) {
    this.check = check;
    this.checksums = checksums;
  }

  @Override
  public void begin(int readIndex, Read read) {
    index = readIndex;
    check.begin(read);
    checksum.reset();
  }

  @Override
  public void rows(RowPage page, int from, int to) throws CommandFailure {
    check.check(page, from, to);
    checksum.update(page.rows(from, to));
  }

  @Override
  public void end() throws CommandFailure {
    check.end();
    checksums.set(index, checksum.getValue());
  }
}
