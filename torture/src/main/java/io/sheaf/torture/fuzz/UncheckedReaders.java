package io.sheaf.torture.fuzz;

import io.sheaf.torture.proof.MutantLoader;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * The readers of a store without their checksums, so that bytes that nobody has written come
 * through to all that is behind.
 *
 * <p><b>Thread safety.</b> One thread.
 */
public final class UncheckedReaders {
  private final MethodHandle read;

  /** Loads the classes of the store anew. */
  public UncheckedReaders() {
    try {
      Class<?> attack = MutantLoader.withoutChecks().loadClass(FileAttack.class.getName());
      read =
          MethodHandles.lookup()
              .findStatic(
                  attack, "read", MethodType.methodType(void.class, String.class, byte[].class));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("the store cannot be loaded without its checksums", e);
    }
  }

  /**
   * Has a store read in which the file of a kind is {@code content}, see {@link FileAttack}.
   *
   * @throws RuntimeException what no reader may throw
   */
  public void read(String kind, byte[] content) {
    try {
      read.invokeExact(kind, content);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("reading throws nothing else", e);
    }
  }
}
