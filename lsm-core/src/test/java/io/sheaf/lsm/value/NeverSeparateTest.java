package io.sheaf.lsm.value;

import static org.junit.jupiter.api.Assertions.assertFalse;

import org.junit.jupiter.api.Test;

class NeverSeparateTest implements SeparationPolicyContract {
  @Override
  public SeparationPolicy policy() {
    return SeparationPolicy.NEVER;
  }

  @Test
  void leavesAllValuesInline() {
    assertFalse(policy().separates(Long.MAX_VALUE, 1));
  }
}
