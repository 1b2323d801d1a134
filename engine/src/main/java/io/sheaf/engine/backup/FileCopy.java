package io.sheaf.engine.backup;

import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.ReadableFile;
import io.sheaf.lsm.io.WritableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Reads a file once, and copies it or not, and tells the SHA-256 of what was read.
 *
 * <p><b>Thread safety.</b> Stateless.
 */
final class FileCopy {
  /** Length of a checksum in hexadecimal digits. */
  static final int DIGITS = 64;

  private static final int STEP_BYTES = 1 << 20;

  private FileCopy() {}

  /** Copies the first {@code length} bytes; returns their checksum in hexadecimal digits. */
  static String copy(FileSystem fileSystem, Path from, long length, WritableFile to)
      throws IOException {
    return read(fileSystem, from, length, to);
  }

  /** The checksum of a whole file in hexadecimal digits. */
  static String checksum(FileSystem fileSystem, Path file) throws IOException {
    return read(fileSystem, file, fileSystem.size(file), null);
  }

  /** The checksum of these bytes in hexadecimal digits. */
  static String checksum(byte[] bytes) {
    return HexFormat.of().formatHex(sha256().digest(bytes));
  }

  private static String read(
      FileSystem fileSystem, Path from, long length, @Nullable WritableFile to) throws IOException {
    MessageDigest digest = sha256();
    ByteBuffer step = ByteBuffer.allocate(STEP_BYTES);
    try (ReadableFile file = fileSystem.open(from)) {
      long at = 0;
      while (at < length) {
        step.clear().limit((int) Math.min(STEP_BYTES, length - at));
        int read = file.read(step, at);
        if (read <= 0) {
          throw new IOException(
              from + " ends after " + at + " bytes, " + length + " were there before");
        }
        step.flip();
        digest.update(step.duplicate());
        if (to != null) {
          to.write(step);
        }
        at += read;
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
