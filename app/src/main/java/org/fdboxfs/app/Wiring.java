package org.fdboxfs.app;

import java.util.List;

/** The one place where the command meets the modules that do the work. */
final class Wiring {
  private Wiring() {}

  /** Judges the text of a policy file. */
  @FunctionalInterface
  interface PolicyCheck {
    /**
     * All problems of a policy, each as {@code line 7: what is wrong}; empty when it is valid.
     *
     * @param text the file
     */
    List<String> problems(String text);
  }

  /** The check that {@code mount} makes before it mounts anything. */
  static PolicyCheck policyCheck() {
    return text -> List.of();
  }

  /**
   * Loads what a mount will need, without mounting, so that the archive of classes that the build
   * makes holds it.
   */
  static void warmUp() {}
}
