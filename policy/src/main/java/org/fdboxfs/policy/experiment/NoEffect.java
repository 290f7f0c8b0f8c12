package org.fdboxfs.policy.experiment;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is refused leaves everything as it was. */
final class NoEffect extends Promise {
  NoEffect() {
    super("no-effect", "what is refused has no effect");
  }

  @Override
  @Nullable String broken(Happened happened) {
    Step step = happened.step();
    if (step == null || happened.outcome().verdict().isOk() || isSeveralCalls(step)) {
      return null;
    }
    String before = happened.settledBefore().get();
    String after = happened.settledAfter().get();
    return before.equals(after) ? null : difference(before, after);
  }

  /** A new file stays when only its size is refused. */
  private static boolean isSeveralCalls(Step step) {
    return step.verb() == Verb.CREATE && step.arguments().size() != null;
  }

  /** Names the first thing that differs: lines begin with a path, or what is a process's own. */
  private static String difference(String before, String after) {
    List<String> lines = new ArrayList<>(after.lines().toList());
    lines.removeAll(before.lines().toList());
    if (lines.isEmpty()) {
      lines.addAll(before.lines().toList());
      lines.removeAll(after.lines().toList());
    }
    String first = lines.isEmpty() ? "something" : lines.get(0).split(" ", 2)[0];
    return (first.startsWith("/") ? first.substring(1) : first) + " is not as it was";
  }
}
