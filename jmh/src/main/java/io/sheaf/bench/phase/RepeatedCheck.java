package io.sheaf.bench.phase;

import io.sheaf.cli.console.CommandFailure;
import io.sheaf.cli.measure.RowPage;
import io.sheaf.testdata.Read;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.zip.CRC32C;

/**
 * Compares the rows of a read that {@link FullCheck} has seen before with those, by their checksum:
 * to make each row anew takes many times as long as to read it from memory.
 *
 * <p><em>Thread safety:</em> none; threads may share the checksums.
 */
final class RepeatedCheck implements RowSink {
  private final AtomicLongArray checksums;
  private final CRC32C checksum = new CRC32C();
  private int index;
  private long user;

  RepeatedCheck(AtomicLongArray checksums) {
    this.checksums = checksums;
  }

  @Override
  public void begin(int readIndex, Read read) {
    index = readIndex;
    user = read.user();
    checksum.reset();
  }

  @Override
  public void rows(RowPage page, int from, int to) {
    checksum.update(page.rows(from, to));
  }

  @Override
  public void end() throws CommandFailure {
    if (checksum.getValue() != checksums.get(index)) {
      throw new CommandFailure(
          "WRONG DATA: read " + index + ", of user " + user + ", returned other rows than before");
    }
  }
}
