package io.sheaf.lsm.value;

import io.sheaf.lsm.coding.Compression;
import io.sheaf.lsm.coding.Dictionary;
import io.sheaf.lsm.coding.NativeBuffer;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The default value store: every value stays in its key file, so there is nothing to keep.
 *
 * <p><b>Thread safety.</b> Stateless.
 */
public final class InlineValues implements ValueStore {
  @Override
  public ValueWriter newWriter(
      int tableId, Compression compression, @Nullable Dictionary dictionary) {
    throw new IllegalStateException("this store keeps its values inline");
  }

  @Override
  public NativeBuffer read(ValueReference reference, boolean cached) throws IOException {
    throw new IOException(
        "this store keeps its values inline, but a row refers to "
            + reference
            + "; open it with the value store that wrote it");
  }

  @Override
  public void prefetch(List<ValueReference> references) {}

  @Override
  public void forget(long fileNumber) {}

  @Override
  public String fileName(long fileNumber) {
    return fileNumber + ".value";
  }

  @Override
  public void close() {}
}
