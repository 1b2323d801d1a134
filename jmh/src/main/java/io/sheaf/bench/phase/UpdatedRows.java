package io.sheaf.bench.phase;

import io.sheaf.cli.measure.RowChanges;
import io.sheaf.testdata.StandardWorkload;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Rows that were recalled or edited, each a pure function of its number: a third are deleted, a
 * third are overwritten by a short message that says so, a third by the text of another message.
 *
 * <p><em>Thread safety:</em> safe for any number of threads while nothing is changed.
 */
final class UpdatedRows implements RowChanges {
  private static final byte[] RECALLED = "{\"recalled\":true}".getBytes(StandardCharsets.US_ASCII);
  private static final int KINDS = 3;

  private final StandardWorkload workload;
  private final BitSet changed = new BitSet();

  UpdatedRows(StandardWorkload workload) {
    this.workload = workload;
  }

  /** Changes a row; false where it was changed before. */
  boolean change(long row) {
    int bit = Math.toIntExact(row);
    if (changed.get(bit)) {
      return false;
    }
    changed.set(bit);
    return true;
  }

  @Override
  public boolean isDeleted(long row) {
    return isChanged(row) && row % KINDS == 0;
  }

  @Override
  public @Nullable ByteBuffer newValue(long row) {
    return isChanged(row) ? ByteBuffer.wrap(valueOfChanged(row)) : null;
  }

  /** The new value of a row that is changed and not deleted. */
  byte[] valueOfChanged(long row) {
    return row % KINDS == 1 ? RECALLED : workload.valueOf((row + 1) % workload.rows());
  }

  private boolean isChanged(long row) {
    return changed.get(Math.toIntExact(row));
  }
}
