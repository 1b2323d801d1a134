package io.sheaf.torture.machine;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.LockSupport;

/**
 * What a run that is told to end in its middle, by Ctrl-C or TERM, would leave on the machine:
 * processes, mounts, directories. They go when this process ends, the newest first.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads. Once the process ends, a thread that
 * wants to add or to remove something waits for ever: nothing new is begun.
 */
public final class Leftovers {
  private static final Deque<Leftover> ALL = new ArrayDeque<>();
  private static boolean ending;

  static {
    Runtime.getRuntime()
        .addShutdownHook(Thread.ofPlatform().name("torture-leftovers").unstarted(Leftovers::clear));
  }

  /** How something is removed. */
  @FunctionalInterface
  public interface Removal {
    /** Removes it; what is not there any more is no failure. */
    void remove() throws IOException;
  }

  /** How something is made. */
  @FunctionalInterface
  public interface Making<T> {
    /** Makes it, and adds it to what is left over. */
    T make() throws IOException;
  }

  /** Something that goes when the process ends, until it is closed: then its owner removes it. */
  public static final class Leftover implements AutoCloseable {
    private final Removal removal;

    private Leftover(Removal removal) {
      this.removal = removal;
    }

    @Override
    public void close() {
      synchronized (ALL) {
        waitIfEnding();
        ALL.remove(this);
      }
    }
  }

  private Leftovers() {}

  /**
   * Has {@code removal} done when the process ends; to be called before there is anything, or in
   * {@link #make}.
   */
  public static Leftover add(Removal removal) {
    Leftover leftover = new Leftover(removal);
    synchronized (ALL) {
      waitIfEnding();
      ALL.addFirst(leftover);
    }
    return leftover;
  }

  /**
   * Makes something that is a leftover once it is there, so that the process does not begin to end
   * before that is known.
   */
  public static <T> T make(Making<T> making) throws IOException {
    synchronized (ALL) {
      waitIfEnding();
      return making.make();
    }
  }

  /** Returns while the process goes on; what is found once it ends is of its ending. */
  public static void holdIfEnding() {
    synchronized (ALL) {
      waitIfEnding();
    }
  }

  private static void waitIfEnding() {
    while (ending) {
      LockSupport.park(); // all is removed by now, and the process about to be gone
    }
  }

  private static void clear() {
    synchronized (ALL) {
      ending = true;
      for (Leftover leftover : ALL) {
        try {
          leftover.removal.remove();
        } catch (IOException | RuntimeException e) {
          System.err.println("sheaf torture: left behind: " + e.getMessage());
        }
      }
    }
  }
}
