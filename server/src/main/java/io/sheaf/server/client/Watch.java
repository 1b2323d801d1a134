package io.sheaf.server.client;

import io.sheaf.server.keyspace.Key;
import io.sheaf.server.keyspace.KeyListeners;

/**
 * A key that a client watches until EXEC.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads. <b>Ownership.</b> Who made it closes it;
 * a change that is told then counts no more, as the client's next watch is another one.
 */
public final class Watch implements AutoCloseable {
  private final Key key;
  private final KeyListeners.Listening listening;
  private volatile boolean changed;
  private volatile boolean wasThere;

  /** Listens to {@code key}; whether it is there is to be said when that was looked up. */
  public Watch(Key key, KeyListeners listeners) {
    this.key = key;
    this.listening = listeners.watch(key, () -> changed = true);
  }

  /** The key. */
  public Key key() {
    return key;
  }

  /** Says whether the key was there, and not expired, when the client began. */
  public void wasThere(boolean wasThere) {
    this.wasThere = wasThere;
  }

  /** Whether it was there, and not expired, when the client began. */
  public boolean wasThere() {
    return wasThere;
  }

  /** Whether it has changed since; that it has expired is not told. */
  public boolean hasChanged() {
    return changed;
  }

  @Override
  public void close() {
    listening.close();
  }
}
