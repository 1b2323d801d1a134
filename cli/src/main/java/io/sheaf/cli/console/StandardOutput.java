package io.sheaf.cli.console;

import java.io.IOException;
import java.io.OutputStream;

/**
 * An output whose errors are not kept back: a {@link java.io.PrintStream} hides an IOException, and
 * who prints a store to a pipe that is closed would read all the rest of it for nobody.
 *
 * <p><em>Thread safety:</em> that of the output beneath.
 */
final class StandardOutput extends OutputStream {
  private final OutputStream target;

  StandardOutput(OutputStream target) {
    this.target = target;
  }

  @Override
  public void write(int b) {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    try {
      target.write(bytes, offset, length);
    } catch (IOException e) {
      throw new OutputException(e);
    }
  }

  @Override
  public void flush() {
    try {
      target.flush();
    } catch (IOException e) {
      throw new OutputException(e);
    }
  }

  @Override
  public void close() throws IOException {
    target.close();
  }
}
