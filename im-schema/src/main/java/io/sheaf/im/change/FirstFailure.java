package io.sheaf.im.change;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What failed first of several things that do not depend on each other: the others are done all the
 * same, and it is thrown at the end.
 *
 * <p><b>Thread safety.</b> None.
 */
public final class FirstFailure {
  private @Nullable Exception first;

  /** None so far. */
  public FirstFailure() {}

  /** One more. */
  public void add(Exception failure) {
    if (first == null) {
      first = failure;
    } else if (!first.equals(failure)) {
      first.addSuppressed(failure);
    }
  }

  /** Throws what failed first, the others suppressed; returns where nothing failed. */
  public void throwIfAny() throws IOException {
    switch (first) {
      case null -> {}
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case Exception e -> throw new IOException(e);
    }
  }
}
