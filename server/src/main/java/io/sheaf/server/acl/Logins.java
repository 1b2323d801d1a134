package io.sheaf.server.acl;

import io.sheaf.server.command.CommandException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides whether a password is right. One thread hashes one password at a time, and few wait for
 * it, so that who tries passwords takes one processor at most, and none of the threads that run
 * commands; who gives the same one waits with those who are there already. Each answer takes as
 * long whether there is such a user or not.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
final class Logins {
  private static final Logger LOGGER = LoggerFactory.getLogger(Logins.class);
  private static final int MOST_AT_ONCE = 4;
  private static final long IDLE_SECONDS = 10;
  private static final CompletableFuture<Boolean> RIGHT = CompletableFuture.completedFuture(true);
  private static final CompletableFuture<Boolean> WRONG = CompletableFuture.completedFuture(false);
  private static final PasswordHash NOBODYS =
      PasswordHash.ofDigest(PasswordHash.digest(new byte[0]));

  private final KnownPasswords known = new KnownPasswords();
  private final PasswordTries tries;
  private final Executor hashing;
  private final AtomicInteger begun = new AtomicInteger();
  private final Map<String, CompletableFuture<Boolean>> underWay = new ConcurrentHashMap<>();

  Logins(LongSupplier nanoClock) {
    this(nanoClock, newThread());
  }

  /** Comparing on {@code hashing}. */
  Logins(LongSupplier nanoClock, Executor hashing) {
    this.tries = new PasswordTries(nanoClock);
    this.hashing = hashing;
  }

  /** A thread that is there while it has something to do, and a little longer. */
  private static ExecutorService newThread() {
    ThreadPoolExecutor one =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "sheaf-login");
              thread.setDaemon(true);
              return thread;
            });
    one.allowCoreThreadTimeOut(true);
    return one;
  }

  /**
   * Whether {@code user} may enter with {@code password}. Where the answer is not there yet, ask
   * again once it is: it is known then.
   *
   * @param user null: there is none of this name
   * @param name as it was given
   * @param address that it comes from, without a port
   * @throws CommandException when it is to try again later
   */
  CompletableFuture<Boolean> admit(
      @Nullable User user, String name, byte[] password, String address) throws CommandException {
    User entering = user != null && user.isOn() ? user : User.fresh(name);
    if (entering.needsNoPassword()) {
      return RIGHT;
    }
    String digest = PasswordHash.digest(password);
    List<PasswordHash> hashes = entering.passwords();
    if (hashes.stream().anyMatch(hash -> known.isRight(hash, digest))) {
      return RIGHT;
    }
    long waitNanos = tries.waitNanos(address);
    if (waitNanos > 0) {
      throw new CommandException(
          "TRYLATER too many wrong passwords from this address: try again in "
              + (1 + TimeUnit.NANOSECONDS.toSeconds(waitNanos))
              + " s");
    }
    if (known.isWrong(name, hashes, digest)) {
      tries.wrong(address);
      return WRONG;
    }
    return comparison(name, hashes, digest, address);
  }

  private CompletableFuture<Boolean> comparison(
      String name, List<PasswordHash> hashes, String digest, String address)
      throws CommandException {
    String what = name + ' ' + digest;
    CompletableFuture<Boolean> fresh = new CompletableFuture<>();
    CompletableFuture<Boolean> first = underWay.putIfAbsent(what, fresh);
    if (first != null) {
      return first;
    }
    if (begun.incrementAndGet() > MOST_AT_ONCE) {
      end(what, fresh, false); // who waits with it asks again
      throw new CommandException("TRYLATER many passwords are being tried: try again in 1 s");
    }
    try {
      hashing.execute(() -> {
        boolean right = false;
        try {
          right = compare(name, hashes, digest);
          if (right) {
            tries.right(address);
          }
        } catch (RuntimeException e) {
          LOGGER.error("A password could not be compared", e);
          known.addWrong(name, hashes, digest);
        } finally {
          end(what, fresh, right);
        }
      });
    } catch (OutOfMemoryError noThread) { // or nobody could ever enter again
      end(what, fresh, false);
      throw new CommandException("TRYLATER no thread is to be had to compare passwords");
    }
    return fresh;
  }

  private void end(String what, CompletableFuture<Boolean> comparison, boolean right) {
    begun.decrementAndGet();
    underWay.remove(what, comparison);
    comparison.complete(right);
  }

  /** Compares with all, so that the time does not say which one was right. */
  private boolean compare(String name, List<PasswordHash> hashes, String digest) {
    boolean right = false;
    for (PasswordHash hash : hashes) {
      if (hash.matches(digest)) {
        right = true;
        known.add(hash, digest);
      }
    }
    boolean nobody = hashes.isEmpty() && NOBODYS.matches(digest);
    right &= !nobody;
    if (!right) {
      known.addWrong(name, hashes, digest);
    }
    return right;
  }
}
