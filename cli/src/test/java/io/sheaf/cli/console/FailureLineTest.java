package io.sheaf.cli.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.io.ClosedException;
import io.sheaf.lsm.io.CorruptionException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

final class FailureLineTest {
  @Test
  void saysWhatIsWrongWithFiles() {
    assertEquals("a/b: no such file or directory", FailureLine.of(new NoSuchFileException("a/b")));
    assertEquals("a/b: permission denied", FailureLine.of(new AccessDeniedException("a/b")));
    assertEquals(
        "a/b: No space left on device",
        FailureLine.of(new FileSystemException("a/b", null, "No space left on device")));
    assertEquals(
        "a: no such file or directory",
        FailureLine.of(new UncheckedIOException(new NoSuchFileException("a"))));
  }

  @Test
  void saysWhatTheStoreSays() {
    assertEquals(
        "000001.sst is damaged at offset 7: expected x, found y",
        FailureLine.of(new CorruptionException("000001.sst", 7, "x", "y")));
    assertEquals("the store is closed", FailureLine.of(new ClosedException("the store")));
  }

  @Test
  void isOneLine() {
    assertEquals("a; b", FailureLine.of(new IOException("a\n  b\n")));
    assertTrue(FailureLine.of(new IOException()).contains("IOException"));
  }

  @Test
  void tellsItsOwnFaultsFromTheUsers() {
    assertTrue(FailureLine.of(new NullPointerException("x")).startsWith("internal error"));
  }
}
