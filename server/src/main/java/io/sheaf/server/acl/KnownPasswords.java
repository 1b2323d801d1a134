package io.sheaf.server.acl;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Which passwords were found right or wrong since the process began, so that a pool of a thousand
 * connections pays for the slow hash once. Kept is a MAC under a key of this process; it is never
 * written.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
final class KnownPasswords {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int MOST = 10_000;

  private final SecretKeySpec key;
  private final Set<String> right = ConcurrentHashMap.newKeySet();

  /** Those that were found wrong of late, with the user whose they were said to be. */
  private final Set<String> wrong = ConcurrentHashMap.newKeySet();

  KnownPasswords() {
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    key = new SecretKeySpec(random, ALGORITHM);
  }

  boolean isRight(PasswordHash hash, String digest) {
    return right.contains(mac(hash, digest));
  }

  void add(PasswordHash hash, String digest) {
    if (right.size() >= MOST) {
      right.clear(); // of users long gone; the others pay once more
    }
    right.add(mac(hash, digest));
  }

  /** Whether it was found to be none of {@code hashes}, which {@code name} had then as now. */
  boolean isWrong(String name, List<PasswordHash> hashes, String digest) {
    return wrong.contains(mac(name, hashes, digest));
  }

  void addWrong(String name, List<PasswordHash> hashes, String digest) {
    if (wrong.size() >= MOST) {
      wrong.clear(); // they are compared once more
    }
    wrong.add(mac(name, hashes, digest));
  }

  private String mac(String name, List<PasswordHash> hashes, String digest) {
    StringBuilder whose = new StringBuilder(name).append('\n');
    hashes.forEach(hash -> whose.append(hash).append('\n'));
    return mac(whose.toString().getBytes(StandardCharsets.UTF_8), digest);
  }

  private String mac(PasswordHash hash, String digest) {
    return mac(hash.identity(), digest);
  }

  private String mac(byte[] whose, String digest) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update(whose);
      return HexFormat.of().formatHex(mac.doFinal(digest.getBytes(StandardCharsets.US_ASCII)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no " + ALGORITHM, e);
    }
  }
}
