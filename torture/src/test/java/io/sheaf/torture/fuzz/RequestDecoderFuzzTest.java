package io.sheaf.torture.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;

/**
 * The request decoder of the server against bytes that Jazzer makes up. What must hold is said at
 * {@link RequestAttack}.
 *
 * <p>With every change, the inputs beside this class are read. {@code JAZZER_FUZZ=1 ./sheaf mvn -pl
 * torture -am test -Dtest=RequestDecoderFuzzTest -Dsheaf.test.leaks=disabled
 * -Dsurefire.failIfNoSpecifiedTests=false} goes on for an hour.
 */
class RequestDecoderFuzzTest {
  @FuzzTest(maxDuration = "1h")
  void requests(byte[] content) {
    RequestAttack.read(content);
  }
}
