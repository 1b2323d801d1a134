package io.sheaf.lsm.version;

import io.sheaf.lsm.key.PrefixExtractor;
import org.jspecify.annotations.Nullable;

/**
 * Makes a table's {@link PrefixExtractor} from the name that the manifest keeps of it.
 *
 * <p><b>Thread safety.</b> Implementations are immutable.
 */
@FunctionalInterface
public interface PrefixResolver {
  /** Knows {@link PrefixExtractor#WHOLE_KEY}. */
  PrefixResolver DEFAULT =
      name -> name.equals(PrefixExtractor.WHOLE_KEY.name()) ? PrefixExtractor.WHOLE_KEY : null;

  /** The rule of this name, null where it is not known. */
  @Nullable PrefixExtractor resolve(String name);
}
