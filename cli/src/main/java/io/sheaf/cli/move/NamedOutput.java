package io.sheaf.cli.move;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A new file that is written from its beginning, and whose errors name it.
 *
 * <p><em>Thread safety:</em> none. <em>Ownership:</em> who opened it closes it.
 */
final class NamedOutput extends OutputStream {
  private final Path file;
  private final OutputStream out;

  NamedOutput(Path file) throws IOException {
    this.file = file;
    this.out = Files.newOutputStream(file);
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    try {
      out.write(bytes, offset, length);
    } catch (IOException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
