package io.sheaf.server.acl;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Which passwords were found right since the process began, so that a pool of a thousand
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

  private String mac(PasswordHash hash, String digest) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update(hash.identity());
      return HexFormat.of().formatHex(mac.doFinal(digest.getBytes(StandardCharsets.US_ASCII)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no " + ALGORITHM, e);
    }
  }
}
