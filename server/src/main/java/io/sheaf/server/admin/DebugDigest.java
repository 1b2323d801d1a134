package io.sheaf.server.admin;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.server.command.Call;
import io.sheaf.server.command.CommandException;
import io.sheaf.server.keyspace.KeyHead;
import io.sheaf.server.keyspace.KeyRow;
import io.sheaf.server.keyspace.KeyScan;
import io.sheaf.server.keyspace.Rows;
import io.sheaf.server.keyspace.StringRow;
import io.sheaf.server.keyspace.Transaction;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * DEBUG DIGEST and DEBUG DIGEST-VALUE: a number of 160 bits for all keys, or for the value of each
 * of some, by which tests see whether two are alike. Of a stream only the entries count. The digits
 * are not those of Redis.
 *
 * <p><b>Thread safety.</b> Stateless.
 */
final class DebugDigest {
  private static final int BYTES = 20;

  private DebugDigest() {}

  /** DEBUG DIGEST. */
  static void ofAll(Call call) throws IOException {
    byte[] all = new byte[BYTES];
    try (KeyScan keys = new KeyScan(call.rows(), 0)) {
      while (keys.next()) {
        if (keys.isLive()) {
          MessageDigest digest = sha1();
          digest.update(keys.key());
          digest.update(ofValue(call.rows(), keys.key()));
          byte[] one = digest.digest();
          for (int i = 0; i < BYTES; i++) {
            all[i] ^= one[i];
          }
        }
      }
    }
    call.reply().simple(HexFormat.of().formatHex(all));
  }

  /** DEBUG DIGEST-VALUE key …. */
  static void ofSome(Call call) throws CommandException, IOException {
    call.reply().array(call.count() - 2);
    for (int i = 2; i < call.count(); i++) {
      call.reply().bulk(HexFormat.of().formatHex(ofValue(call.rows(), call.key(i))));
    }
  }

  /** Zeros where there is nothing. */
  private static byte[] ofValue(Transaction rows, byte[] key) throws IOException {
    KeyHead head = rows.head(key);
    if (head == null) {
      return new byte[BYTES];
    }
    MessageDigest digest = sha1();
    digest.update(head.type().getBytes(StandardCharsets.US_ASCII));
    if (head.expireAtMillis() != KeyRow.NEVER) {
      digest.update((byte) '!');
    }
    if (head.isStream()) {
      entries(rows, head.stream(), digest);
    } else {
      boolean _ = rows.show(key, row -> addString(row, digest));
    }
    return digest.digest();
  }

  private static boolean addString(@Nullable KeyRow row, MessageDigest digest) {
    if (row instanceof StringRow string) {
      digest.update(string.bytes());
    }
    return true;
  }

  private static void entries(Transaction rows, long stream, MessageDigest digest)
      throws IOException {
    try (Rows entries =
        rows.rows(
            rows.tables().entries(), bytes(stream), bytes(stream + 1), false, Long.MAX_VALUE)) {
      while (entries.next()) {
        Slice key = entries.key();
        digest.update(bytes(key.longAt(Long.BYTES)));
        digest.update(bytes(key.longAt(2 * Long.BYTES)));
        digest.update(entries.value().toByteArray());
      }
    }
  }

  private static byte[] bytes(long number) {
    return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
  }

  private static MessageDigest sha1() {
    try {
      return MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("each JDK has SHA-1", e);
    }
  }
}
