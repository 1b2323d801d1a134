package io.sheaf.server.client;

import io.sheaf.server.keyspace.Key;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What the server knows of a client.
 *
 * <p><b>Thread safety.</b> Commands of a client run one after another, and only they change what is
 * here, but for {@link #unblock} and {@link #kill}; names and times may be read by others.
 */
public final class Client {
  /** What is sent of the answers to a client. */
  public enum ReplyMode {
    /** All. */
    ON,
    /** None. */
    OFF,
    /** All but the next. */
    SKIP_NEXT,
    /** All but this one. */
    SKIP
  }

  /** How CLIENT UNBLOCK ends the waiting of a client. */
  public enum Unblocking {
    /** It does not. */
    NONE,
    /** As if its time were over. */
    TIMEOUT,
    /** With an error. */
    ERROR
  }

  /** What a key that is watched takes besides its bytes, about. */
  private static final int WATCH_BYTES = 300;

  private final long id;
  private final String address;
  private final String localAddress;
  private final long connectedMillis;
  private final Runnable close;
  private volatile String name = "";
  private volatile String libraryName = "";
  private volatile String libraryVersion = "";
  private volatile String lastCommand = "NULL";
  private volatile long lastActiveMillis;
  private volatile int protocol = 2;
  private volatile boolean authenticated;
  private volatile String user = "default";
  private volatile boolean closing;
  private volatile @Nullable HeldBytes held;
  private volatile Pushes pushes = Pushes.NONE;
  private ReplyMode replyMode = ReplyMode.ON;
  private volatile @Nullable MultiState multi;
  private volatile @Nullable BlockedCall blocked;
  private volatile boolean waiting;
  private boolean resuming;
  private volatile long commands;
  private volatile long receivedBytes;
  private volatile long sentBytes;
  private volatile boolean takesRedirects;
  private volatile boolean paused;
  private volatile int subscriptions;
  private volatile @Nullable Runnable whenReset;
  private volatile @Nullable Runnable wake;
  private Unblocking unblocking = Unblocking.NONE; // guarded by waits, as the change of waiting is
  private final Object waits = new Object();
  private final Map<Key, Watch> watches = new ConcurrentHashMap<>();
  private long watchedBytes;

  /**
   * A client that has just connected.
   *
   * @param close closes its connection; from any thread
   */
  public Client(long id, String address, String localAddress, long nowMillis, Runnable close) {
    this.id = id;
    this.address = address;
    this.localAddress = localAddress;
    this.connectedMillis = nowMillis;
    this.lastActiveMillis = nowMillis;
    this.close = close;
  }

  /** Its number, of no other client of this server. */
  public long id() {
    return id;
  }

  /** Where it connected from. */
  public String address() {
    return address;
  }

  /** Where it connected to. */
  public String localAddress() {
    return localAddress;
  }

  /** When it connected, in milliseconds since 1970. */
  public long connectedMillis() {
    return connectedMillis;
  }

  /** When its last command came, in milliseconds since 1970. */
  public long lastActiveMillis() {
    return lastActiveMillis;
  }

  /** Its last command. */
  public String lastCommand() {
    return lastCommand;
  }

  /** How many commands came. */
  public long commands() {
    return commands;
  }

  /** How many bytes it has sent to the server. */
  public long receivedBytes() {
    return receivedBytes;
  }

  /** How many bytes the server has sent to it. */
  public long sentBytes() {
    return sentBytes;
  }

  /** Counts what has come from it; by the event loop of its connection. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // by one thread
  public void received(int bytes) {
    receivedBytes += bytes;
  }

  /** Counts what was sent to it; by the event loop of its connection. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // by one thread
  public void sent(int bytes) {
    sentBytes += bytes;
  }

  /** Says that a command runs, {@code isFirst}: not again, after it has waited. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // by one thread at a time
  public void begins(String command, long nowMillis, boolean isFirst) {
    commands += isFirst ? 1 : 0;
    lastCommand = command;
    lastActiveMillis = nowMillis;
  }

  /** The name that it gave itself; empty: none. */
  public String name() {
    return name;
  }

  /** Gives it a name. */
  public void rename(String name) {
    this.name = name;
  }

  /** Name of the library that it uses. */
  public String libraryName() {
    return libraryName;
  }

  /** Version of the library that it uses. */
  public String libraryVersion() {
    return libraryVersion;
  }

  /** Says with which library it connected. */
  public void library(String name, String version) {
    libraryName = name;
    libraryVersion = version;
  }

  /** Whether it has said that it follows redirections; there are none. */
  public boolean takesRedirects() {
    return takesRedirects;
  }

  /** It says that it follows redirections. */
  public void takeRedirects() {
    takesRedirects = true;
  }

  /** The protocol that it speaks: 2 or 3. */
  public int protocol() {
    return protocol;
  }

  /** Speaks another protocol from now on. */
  public void speak(int protocol) {
    this.protocol = protocol;
  }

  /** The name of the user that it is. */
  public String user() {
    return user;
  }

  /** Says which user it is. */
  public void user(String user) {
    this.user = user;
  }

  /** Whether it has said who it is, or need not. */
  public boolean isAuthenticated() {
    return authenticated;
  }

  /** Says whether it has said who it is. */
  public void authenticated(boolean authenticated) {
    this.authenticated = authenticated;
  }

  /** What is sent of the answers. */
  public ReplyMode replyMode() {
    return replyMode;
  }

  /** Sends answers otherwise from now on. */
  public void reply(ReplyMode mode) {
    replyMode = mode;
  }

  /** Whether the connection is closed once what was answered is sent. */
  public boolean isClosing() {
    return closing;
  }

  /** Closes the connection once what was answered is sent. */
  public void closeAfterReply() {
    closing = true;
  }

  /** Closes the connection now. */
  public void kill() {
    closing = true;
    close.run();
  }

  /** What is held for it, in bytes. */
  public long heldBytes() {
    HeldBytes known = held;
    return known == null ? 0 : known.bytes();
  }

  void held(HeldBytes held) {
    this.held = held;
  }

  /** The way to it for what it did not ask for. */
  public Pushes pushes() {
    return pushes;
  }

  /** Sets the way to it for what it did not ask for. */
  public void pushes(Pushes pushes) {
    this.pushes = pushes;
  }

  /** What came since MULTI; null: outside of one. */
  public @Nullable MultiState multi() {
    return multi;
  }

  /** Begins or ends a MULTI. */
  public void multi(@Nullable MultiState multi) {
    this.multi = multi;
  }

  /** The call that waits; null: none. */
  public @Nullable BlockedCall blocked() {
    return blocked;
  }

  /** Waits with a call, or goes on. */
  public void block(@Nullable BlockedCall call) {
    blocked = call;
  }

  /** Whether a call of it waits and listens, so that what happens from now on is not missed. */
  public boolean isWaiting() {
    return waiting;
  }

  /** Says whether a call of it waits and listens. */
  public void waiting(boolean waiting) {
    synchronized (waits) {
      this.waiting = waiting;
      unblocking = Unblocking.NONE;
    }
  }

  /** Whether it waits: for a key, a queue, or the end of a pause. */
  public boolean isBlocked() {
    return waiting || paused;
  }

  /** Says whether a request of it waits for the end of a pause. */
  void paused(boolean paused) {
    this.paused = paused;
  }

  /** Sets what has its connection look whether it still waits; from any thread. */
  public void waker(Runnable wake) {
    this.wake = wake;
  }

  /** Ends the waiting of a call; false: none waits. */
  public boolean unblock(Unblocking how) {
    Runnable woken = wake;
    synchronized (waits) {
      if (!waiting || woken == null) {
        return false;
      }
      unblocking = how;
    }
    woken.run();
    return true;
  }

  /** How the waiting of its call is to end. */
  public Unblocking unblocking() {
    synchronized (waits) {
      return unblocking;
    }
  }

  /** How many devices it has subscribed. */
  public int subscriptions() {
    return subscriptions;
  }

  /** Says how many devices it has subscribed. */
  public void subscriptions(int count) {
    subscriptions = count;
  }

  /** Sets what is to be run when the client begins anew. */
  public void whenReset(Runnable task) {
    whenReset = task;
  }

  /** Whether the call that runs has waited. */
  public boolean isResuming() {
    return resuming;
  }

  /** Says whether the call that runs has waited. */
  public void resuming(boolean resuming) {
    this.resuming = resuming;
  }

  /** The keys that it watches. */
  public Collection<Watch> watches() {
    return watches.values();
  }

  /** How many keys it watches. */
  public int watchCount() {
    return watches.size();
  }

  /** Watches one key more. */
  public void watch(Watch watch) {
    watches.put(watch.key(), watch);
    watchedBytes += WATCH_BYTES + watch.key().bytes().length;
  }

  /** Memory that is kept for it between two requests, about, in bytes. */
  public long keptBytes() {
    MultiState queued = multi;
    BlockedCall waiting = blocked;
    return watchedBytes
        + (queued == null ? 0 : queued.heldBytes())
        + (waiting == null ? 0 : waiting.heldBytes());
  }

  /** Whether it watches {@code key}. */
  public boolean isWatching(Key key) {
    return watches.containsKey(key);
  }

  /** Whether it watches keys. */
  public boolean isWatching() {
    return !watches.isEmpty();
  }

  /** Whether a key that it watches has changed. */
  public boolean hasKeyChanged() {
    for (Watch watch : watches.values()) {
      if (watch.hasChanged()) {
        return true;
      }
    }
    return false;
  }

  /** Watches no key any more. */
  public void unwatch() {
    watches.values().forEach(Watch::close);
    watches.clear();
    watchedBytes = 0;
  }

  /** Begins anew, as RESET does. */
  public void reset() {
    unwatch();
    multi = null;
    if (replyMode != ReplyMode.SKIP) { // the answer to RESET itself is skipped
      replyMode = ReplyMode.ON;
    }
    protocol = 2;
    name = "";
    Runnable told = whenReset;
    if (told != null) {
      told.run();
    }
  }
}
