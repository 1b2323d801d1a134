package io.sheaf.server.acl;

import io.sheaf.server.command.CommandException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a password is right. Only one password is hashed at a time, and few wait for it,
 * so that who tries passwords takes one processor at most; who gives the same one waits with those
 * who are there already. Each answer takes as long whether there is such a user or not.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
final class Logins {
  private static final int MOST_WAITING = 3;
  private static final long LONGEST_WAIT_MILLIS = 5_000;
  private static final PasswordHash NOBODYS =
      PasswordHash.ofDigest(PasswordHash.digest(new byte[0]));

  private final KnownPasswords known = new KnownPasswords();
  private final PasswordTries tries;
  private final Semaphore slow = new Semaphore(1, true);
  private final Map<String, FutureTask<Boolean>> underWay = new ConcurrentHashMap<>();

  Logins(LongSupplier nanoClock) {
    tries = new PasswordTries(nanoClock);
  }

  /**
   * Whether {@code user} may enter with {@code password}.
   *
   * @param user null: there is none of this name
   * @param name as it was given
   * @param address that it comes from, without a port
   * @throws CommandException when it is to try again later
   */
  boolean admit(@Nullable User user, String name, String password, String address)
      throws CommandException {
    User entering = user != null && user.isOn() ? user : User.fresh(name);
    if (entering.needsNoPassword()) {
      return true;
    }
    String digest = PasswordHash.digest(password.getBytes(StandardCharsets.UTF_8));
    List<PasswordHash> hashes = entering.passwords();
    if (hashes.stream().anyMatch(hash -> known.isRight(hash, digest))) {
      return true;
    }
    long waitNanos = tries.waitNanos(address);
    if (waitNanos > 0) {
      throw new CommandException(
          "TRYLATER too many wrong passwords from this address: try again in "
              + (1 + TimeUnit.NANOSECONDS.toSeconds(waitNanos))
              + " s");
    }
    boolean right = compareOnce(name + ' ' + digest, hashes, digest);
    if (right) {
      tries.right(address);
    } else {
      tries.wrong(address);
    }
    return right;
  }

  private boolean compareOnce(String what, List<PasswordHash> hashes, String digest)
      throws CommandException {
    FutureTask<Boolean> mine = new FutureTask<>(() -> compare(hashes, digest));
    FutureTask<Boolean> first = underWay.putIfAbsent(what, mine);
    try {
      if (first != null) {
        return first.get();
      }
      if (slow.getQueueLength() >= MOST_WAITING
          || !slow.tryAcquire(LONGEST_WAIT_MILLIS, TimeUnit.MILLISECONDS)) {
        throw new CommandException("TRYLATER many passwords are being tried: try again in 1 s");
      }
      try {
        mine.run();
      } finally {
        slow.release();
      }
      return mine.get();
    } catch (CancellationException e) {
      throw new CommandException("TRYLATER many passwords are being tried: try again in 1 s");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandException("TRYLATER the server stops");
    } catch (ExecutionException e) {
      throw new IllegalStateException("a password could not be compared", e.getCause());
    } finally {
      if (first == null) {
        mine.cancel(false); // lets go who waits for one that was not begun
        underWay.remove(what, mine);
      }
    }
  }

  /** Compares with all, so that the time does not say which one was right. */
  private boolean compare(List<PasswordHash> hashes, String digest) {
    boolean right = false;
    for (PasswordHash hash : hashes) {
      if (hash.matches(digest)) {
        right = true;
        known.add(hash, digest);
      }
    }
    boolean nobody = hashes.isEmpty() && NOBODYS.matches(digest);
    return right && !nobody;
  }
}
