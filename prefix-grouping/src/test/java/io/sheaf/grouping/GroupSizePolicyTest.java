package io.sheaf.grouping;

import io.sheaf.lsm.value.SeparationPolicy;
import io.sheaf.lsm.value.SeparationPolicyContract;

class GroupSizePolicyTest implements SeparationPolicyContract {
  @Override
  public SeparationPolicy policy() {
    return new GroupSizePolicy(16 << 10, 32 << 10);
  }
}
