package io.sheaf.torture.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;

/**
 * The readers of each kind of file against bytes that Jazzer makes up, looking for code that was
 * not reached before; checksums are left out, or nothing else would ever be reached. What must hold
 * is said at {@link FileAttack}.
 *
 * <p>With every change, the inputs beside this class are read: the file as it is written, and what
 * was found. {@code JAZZER_FUZZ=1 ./sheaf mvn -pl torture -am test
 * -Dtest='FileReadersFuzzTest#sstable' -Dsheaf.test.leaks=disabled
 * -Dsurefire.failIfNoSpecifiedTests=false} goes on for an hour.
 */
class FileReadersFuzzTest {
  private static final UncheckedReaders READERS = new UncheckedReaders();

  @FuzzTest(maxDuration = "1h")
  void current(byte[] content) {
    READERS.read("current", content);
  }

  @FuzzTest(maxDuration = "1h")
  void manifest(byte[] content) {
    READERS.read("manifest", content);
  }

  @FuzzTest(maxDuration = "1h")
  void log(byte[] content) {
    READERS.read("log", content);
  }

  @FuzzTest(maxDuration = "1h")
  void stream(byte[] content) {
    READERS.read("stream", content);
  }

  @FuzzTest(maxDuration = "1h")
  void sstable(byte[] content) {
    READERS.read("sstable", content);
  }

  @FuzzTest(maxDuration = "1h")
  void values(byte[] content) {
    READERS.read("values", content);
  }
}
