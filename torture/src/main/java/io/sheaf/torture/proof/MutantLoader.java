package io.sheaf.torture.proof;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * Loads all of Sheaf anew, some of its code without guards. What Sheaf builds on stays as it is.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
public final class MutantLoader extends ClassLoader {
  private static final String OURS = "io.sheaf.";

  /** Changes the bytes of a class. */
  @FunctionalInterface
  private interface Change {
    byte[] of(String className, byte[] classFile);
  }

  private final Change change;

  private MutantLoader(String what, Change change) {
    super("sheaf without " + what, MutantLoader.class.getClassLoader());
    this.change = change;
    setDefaultAssertionStatus(true);
  }

  /** Leaves one guard out. */
  static MutantLoader without(Site site) {
    return new MutantLoader(
        site.label(),
        (name, bytes) ->
            name.equals(site.className()) ? new GuardedCode(bytes).without(site) : bytes);
  }

  /** Takes every checksum for the right one. */
  public static MutantLoader withoutChecks() {
    return new MutantLoader(
        "checksums",
        (name, bytes) -> {
          GuardedCode code = new GuardedCode(bytes);
          boolean checks =
              code.sites().stream().anyMatch(site -> site.guard() == Site.Guard.CHECKSUM);
          return checks ? code.withoutChecks() : bytes;
        });
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith(OURS)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      return loaded != null ? loaded : define(name);
    }
  }

  private Class<?> define(String name) throws ClassNotFoundException {
    byte[] bytes = read(name);
    byte[] used;
    try {
      used = change.of(name, bytes);
    } catch (IllegalArgumentException e) { // no campaign may take it for what it finds
      throw new LinkageError("cannot change " + name, e);
    }
    return defineClass(name, used, 0, used.length, MutantLoader.class.getProtectionDomain());
  }

  private byte[] read(String name) throws ClassNotFoundException {
    String resource = name.replace('.', '/') + ".class";
    try (InputStream in = getParent().getResourceAsStream(resource)) {
      if (in == null) {
        throw new ClassNotFoundException(name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + resource, e);
    }
  }
}
