package org.fdboxfs.testing.architecture.violating.linux;

import org.fdboxfs.policy.Guard;

/** A system call that asks the policy. */
public final class CallsUpwards {
  private CallsUpwards() {}

  static Object journal(Guard guard) {
    return guard.journal();
  }
}
