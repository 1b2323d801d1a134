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
 * A file that is copied, or only read, and the SHA-256 of what was read. It stays readable where it
 * is deleted meanwhile, unless the thread that reads it is interrupted: then it is opened anew.
 *
 * <p><b>Thread safety.</b> One thread. <b>Ownership.</b> Who opened it closes it.
 */
final class SourceFile implements AutoCloseable {
  /** Length of a checksum in hexadecimal digits. */
  static final int DIGITS = 64;

  private static final int STEP_BYTES = 1 << 20;

  private final Path path;
  private final ReadableFile file;

  private SourceFile(Path path, ReadableFile file) {
    this.path = path;
    this.file = file;
  }

  /** Opens a file. */
  static SourceFile open(FileSystem fileSystem, Path path) throws IOException {
    return new SourceFile(path, fileSystem.open(path));
  }

  /** The checksum of these bytes in hexadecimal digits. */
  static String checksum(byte[] bytes) {
    return HexFormat.of().formatHex(sha256().digest(bytes));
  }

  /** Its length in bytes. */
  long size() throws IOException {
    return file.size();
  }

  /** Copies the first {@code length} bytes; returns their checksum in hexadecimal digits. */
  String copy(long length, WritableFile to) throws IOException {
    return read(length, to);
  }

  /** The checksum of the whole file in hexadecimal digits. */
  String checksum() throws IOException {
    return read(file.size(), null);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  private String read(long length, @Nullable WritableFile to) throws IOException {
    MessageDigest digest = sha256();
    ByteBuffer step = ByteBuffer.allocate(STEP_BYTES);
    long at = 0;
    while (at < length) {
      step.clear().limit((int) Math.min(STEP_BYTES, length - at));
      int read = file.read(step, at);
      if (read <= 0) {
        throw new IOException(
            path + " ends after " + at + " bytes, " + length + " were there before");
      }
      step.flip();
      digest.update(step.duplicate());
      if (to != null) {
        to.write(step);
      }
      at += read;
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
