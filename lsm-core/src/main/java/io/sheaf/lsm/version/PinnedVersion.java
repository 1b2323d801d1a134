package io.sheaf.lsm.version;

/**
 * A version whose files are kept until the pin is closed.
 *
 * <p><b>Ownership.</b> Who pinned it closes it, once.
 */
public interface PinnedVersion extends AutoCloseable {
  /** The version. */
  Version version();

  @Override
  void close();
}
