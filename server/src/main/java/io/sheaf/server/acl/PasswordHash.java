package io.sheaf.server.acl;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * What is kept of a password: a slow hash of its SHA-256, with a salt of its own. The SHA-256 comes
 * first so that what ACL files of Redis hold, which is just that, can be taken over and is stored
 * as slowly as the rest.
 *
 * <pre>
 * pbkdf2-sha256$rounds$salt$hash      salt and hash in hexadecimal digits
 * </pre>
 *
 * <p><b>Thread safety.</b> Immutable.
 *
 * <p><b>Source.</b> RFC 8018, PBKDF2 with HMAC-SHA-256.
 */
final class PasswordHash {
  /** How many rounds new hashes have. */
  static final int ROUNDS = 600_000;

  private static final int MOST_ROUNDS = 10_000_000;
  private static final int SALT_BYTES = 16;
  private static final int HASH_BYTES = 32;
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Pattern SHOWN =
      Pattern.compile("pbkdf2-sha256\\$([1-9][0-9]{0,7})\\$([0-9a-f]{32})\\$([0-9a-f]{64})");

  private final int rounds;
  private final byte[] salt;
  private final byte[] hash;

  private PasswordHash(int rounds, byte[] salt, byte[] hash) {
    this.rounds = rounds;
    this.salt = salt;
    this.hash = hash;
  }

  /** The hash of a password whose SHA-256 is this, in hexadecimal digits. */
  static PasswordHash ofDigest(String digest) {
    byte[] salt = new byte[SALT_BYTES];
    RANDOM.nextBytes(salt);
    return new PasswordHash(ROUNDS, salt, slow(digest, salt, ROUNDS));
  }

  /** The hash that {@link #toString} shows; empty where it is none. */
  static Optional<PasswordHash> parse(String shown) {
    Matcher matcher = SHOWN.matcher(shown);
    if (!matcher.matches() || Integer.parseInt(matcher.group(1)) > MOST_ROUNDS) {
      return Optional.empty();
    }
    HexFormat hex = HexFormat.of();
    return Optional.of(
        new PasswordHash(
            Integer.parseInt(matcher.group(1)),
            hex.parseHex(matcher.group(2)),
            hex.parseHex(matcher.group(3))));
  }

  /** The SHA-256 of a password, in hexadecimal digits. */
  static String digest(byte[] password) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(password));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no SHA-256", e);
    }
  }

  /** Whether this is a SHA-256 in hexadecimal digits. */
  static boolean isDigest(String text) {
    return text.length() == 2 * HASH_BYTES
        && text.equals(text.toLowerCase(Locale.ROOT))
        && text.chars().allMatch(c -> Character.digit(c, 16) >= 0);
  }

  /** Whether it is that of a password with this SHA-256. Slow, and takes the same time for all. */
  boolean matches(String digest) {
    return MessageDigest.isEqual(hash, slow(digest, salt, rounds));
  }

  private static byte[] slow(String digest, byte[] salt, int rounds) {
    try {
      PBEKeySpec key = new PBEKeySpec(digest.toCharArray(), salt, rounds, HASH_BYTES * Byte.SIZE);
      return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(key).getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no PBKDF2WithHmacSHA256", e);
    }
  }

  /** Bytes that tell it from others, for {@link KnownPasswords}. */
  byte[] identity() {
    return toString().getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PasswordHash that && toString().equals(that.toString());
  }

  @Override
  public int hashCode() {
    return toString().hashCode();
  }

  @Override
  public String toString() {
    HexFormat hex = HexFormat.of();
    return "pbkdf2-sha256$" + rounds + "$" + hex.formatHex(salt) + "$" + hex.formatHex(hash);
  }
}
