package org.fdboxfs.app.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.fdboxfs.policy.experiment.Arguments;
import org.fdboxfs.policy.experiment.Step;
import org.jspecify.annotations.Nullable;

/** What a step does, in the words of its file. */
final class StepText {
  private StepText() {}

  static String of(Step step) {
    Arguments given = step.arguments();
    List<String> words = new ArrayList<>();
    words.add(step.verb().label());
    add(words, "", given.kind());
    add(words, "", given.handle());
    add(words, "", given.path());
    add(words, "to ", given.to());
    add(words, "for ", given.access());
    if (given.link() != null) {
      words.add(given.link().label());
    }
    if (given.mode() != null) {
      words.add(String.format(Locale.ROOT, "%04o", given.mode()));
    }
    if (given.uid() != null) {
      words.add("uid " + Integer.toUnsignedString(given.uid()));
    }
    if (given.gid() != null) {
      words.add("gid " + Integer.toUnsignedString(given.gid()));
    }
    add(words, "size ", given.size());
    add(words, "as ", given.as());
    return String.join(" ", words);
  }

  private static void add(List<String> words, String before, @Nullable Object what) {
    if (what != null) {
      words.add(before + what);
    }
  }
}
