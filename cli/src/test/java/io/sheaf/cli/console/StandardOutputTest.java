package io.sheaf.cli.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class StandardOutputTest {
  @ParameterizedTest
  @CsvSource({"Broken pipe,true", "No space left on device,false"})
  void endsWhoPrintsToIt(String reason, boolean closed) {
    OutputStream failing =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException(reason);
          }
        };
    try (PrintStream out =
        new PrintStream(new BufferedOutputStream(new StandardOutput(failing), 4), false, UTF_8)) {
      OutputException thrown =
          assertThrows(OutputException.class, () -> out.print("more than the buffer holds"));
      assertEquals(closed, thrown.isClosed());
      assertEquals("standard output: " + reason, FailureLine.of(thrown));
    } catch (OutputException e) {
      assertEquals(closed, e.isClosed()); // what is left in the buffer fails as well
    }
  }
}
