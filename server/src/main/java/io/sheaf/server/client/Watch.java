package io.sheaf.server.client;

import io.sheaf.server.keyspace.Key;
import io.sheaf.server.keyspace.KeyListeners;

/**
 * A key that a client watches until EXEC.
 *
 * @param key the key
 * @param listening to its changes
 * @param wasThere whether it was there, and not expired, when the client began
 */
public record Watch(Key key, KeyListeners.Listening listening, boolean wasThere) {}
