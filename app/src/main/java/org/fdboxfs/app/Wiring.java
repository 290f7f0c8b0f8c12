package org.fdboxfs.app;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.fdboxfs.policy.PolicySettings;
import org.fdboxfs.policy.config.FileText;
import org.fdboxfs.policy.config.PolicyFormatException;
import org.fdboxfs.policy.config.PolicyParser;
import org.fdboxfs.policy.config.ShippedModels;

/** Where the command meets the policy files. */
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

  /** The policies that came with the program, beside its libraries. */
  static ShippedModels models() {
    return new ShippedModels(Path.of(System.getProperty("fdboxfs.home", ""), "share", "models"));
  }

  /** The check that {@code mount} makes before it mounts anything. */
  static PolicyCheck policyCheck() {
    return text -> {
      try {
        PolicyParser.parse(text);
        return List.of();
      } catch (PolicyFormatException e) {
        return String.valueOf(e.getMessage()).lines().toList();
      }
    };
  }

  /**
   * Reads a policy file.
   *
   * @throws Failure when it cannot be read, or is not valid any more
   */
  static PolicySettings readPolicy(Path file) {
    try {
      return PolicyParser.parse(FileText.read(file));
    } catch (IOException e) {
      throw new Failure(Failure.text(e));
    } catch (PolicyFormatException e) {
      throw new Failure(file + ": " + e.getMessage());
    }
  }

  /**
   * Makes what a mount is made of, without mounting, so that the archive of classes that the build
   * makes holds it.
   */
  static void warmUp() {
    Daemon.warmUp();
  }
}
