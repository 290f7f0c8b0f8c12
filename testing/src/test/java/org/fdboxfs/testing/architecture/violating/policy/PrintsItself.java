package org.fdboxfs.testing.architecture.violating.policy;

/** A rule that prints. */
public final class PrintsItself {
  private PrintsItself() {}

  static void print() {
    System.out.println("denied");
  }
}
