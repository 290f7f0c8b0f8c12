package org.fdboxfs.testing;

import java.io.IOException;
import java.util.Map;

/** Runs shell scripts as a user would type them. */
final class Shell {
  private Shell() {}

  /**
   * Runs a script in which {@code $FDBOXFS} is the command and {@code $BOX} the box of the test.
   */
  static Command.Result run(TestBox box, String script) throws IOException {
    return Command.run(variables(box), "sh", "-c", script);
  }

  static Map<String, String> variables(TestBox box) {
    return Map.of("FDBOXFS", Command.launcher().toString(), "BOX", box.path());
  }

  /** The output of a script that must succeed, without the newline at its end. */
  static String output(TestBox box, String script) throws IOException {
    Command.Result result = run(box, script);
    if (result.status() != 0) {
      throw new AssertionError("status " + result.status() + ": " + result.output());
    }
    return result.output().stripTrailing();
  }
}
