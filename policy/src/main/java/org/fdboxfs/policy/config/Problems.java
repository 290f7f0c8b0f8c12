package org.fdboxfs.policy.config;

import java.util.ArrayList;
import java.util.List;
import org.fdboxfs.policy.config.PolicyFormatException.Problem;
import org.snakeyaml.engine.v2.nodes.Node;

/** Collects what is wrong with a file while it is read to its end. */
final class Problems {
  /** Enough to repair a file by; a file of noise must not make a message of its own size. */
  static final int MOST = 100;

  private final List<Problem> found = new ArrayList<>();
  private int last = 1;

  void add(int line, String message) {
    last = Math.max(last, line);
    if (found.size() < MOST) {
      found.add(new Problem(line, message));
    } else if (found.size() == MOST) {
      found.add(new Problem(last, "more problems than the " + MOST + " that are shown"));
    }
  }

  void add(Node node, String message) {
    add(lineOf(node), message);
  }

  void throwIfAny() throws PolicyFormatException {
    if (!found.isEmpty()) {
      throw new PolicyFormatException(found);
    }
  }

  /** Where a node starts, from 1. */
  static int lineOf(Node node) {
    return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
  }
}
