package io.sheaf.cli.measure;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What has become of the rows of a workload since they were written.
 *
 * <p><em>Thread safety:</em> safe for any number of threads while nothing is changed.
 */
public interface RowChanges {
  /** All rows are as they were written. */
  RowChanges NONE =
      new RowChanges() {
        @Override
        public boolean isDeleted(long row) {
          return false;
        }

        @Override
        public @Nullable ByteBuffer newValue(long row) {
          return null;
        }
      };

  /** Whether the row of this number is gone. */
  boolean isDeleted(long row);

  /** The value that the row of this number has now; null: the one it was written with. */
  @Nullable ByteBuffer newValue(long row);
}
