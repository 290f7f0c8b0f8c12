package org.fdboxfs.policy.experiment;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a step does, in the words of its file. */
public final class StepText {
  private StepText() {}

  /** One line, without who does it. */
  public static String of(Step step) {
    Arguments given = step.arguments();
    List<String> words = new ArrayList<>();
    words.add(step.verb().label());
    add(words, "", given.kind());
    add(words, "", given.handle());
    add(words, "", given.path());
    add(words, "to ", given.to());
    add(words, "for ", given.access());
    add(words, "", given.link() == null ? null : given.link().label());
    add(words, "", given.mode() == null ? null : "%04o".formatted(given.mode()));
    add(words, "uid ", given.uid() == null ? null : Integer.toUnsignedString(given.uid()));
    add(words, "gid ", given.gid() == null ? null : Integer.toUnsignedString(given.gid()));
    add(words, "size ", given.size());
    add(words, "as ", given.as());
    return String.join(" ", words);
  }

  private static void add(List<String> words, String before, @Nullable Object word) {
    if (word != null) {
      words.add(before + word);
    }
  }
}
