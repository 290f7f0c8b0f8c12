package org.fdboxfs.policy.config;

import com.google.re2j.Pattern;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the conditions of one decision have cost so far, in steps of about 50 ns each at most. They
 * are evaluated while all other requests wait, by rules that may be many and about texts that users
 * choose, so that their sum is what must be bounded. A decision is known by its request.
 */
final class Work {
  /** Most steps of one decision: a few milliseconds. */
  static final int MOST = 50_000;

  /** Characters that a plain look at a text takes in one step. */
  private static final int LOOKED_AT = 32;

  /** Comparisons of a character with one of another text in one step. */
  private static final int COMPARED = 64;

  /** Characters times states of a regular expression in one step. */
  private static final int MATCHED = 8;

  private static final ThreadLocal<Work> OF_THREAD = ThreadLocal.withInitial(Work::new);

  private @Nullable Object decision;
  private Map<String, Pattern> patterns = Map.of();
  private long spent;

  /** Begins an evaluation on this thread, of which the functions of the language know nothing. */
  @SuppressWarnings("ReferenceEquality") // an equal one may be another
  static Work begin(Object decision, Map<String, Pattern> patterns) {
    Work work = OF_THREAD.get();
    if (work.decision != decision) {
      work.decision = decision;
      work.spent = 0;
    }
    work.patterns = patterns;
    return work;
  }

  /** Steps of the decision that this thread made last. */
  static long spentLast() {
    return OF_THREAD.get().spent;
  }

  /** Counts steps that are about to be made. */
  void charge(long steps) {
    spent += steps;
    if (spent > MOST) {
      throw new UnknownFact("the conditions take more than " + MOST + " steps");
    }
  }

  void chargeText(String text) {
    charge(1 + text.length() / LOOKED_AT);
  }

  /** The function {@code matches}: whether an expression is found anywhere in a text. */
  static boolean matches(String text, String expression) {
    Work work = OF_THREAD.get();
    Pattern pattern = work.patterns.get(expression);
    if (pattern == null) {
      throw new UnknownFact("an expression is not one of the file");
    }
    work.charge(1 + (1L + text.length()) * pattern.programSize() / MATCHED);
    return pattern.matcher(text).find();
  }

  /** The function {@code contains}. */
  static boolean contains(String text, String part) {
    OF_THREAD.get().charge(1 + (long) text.length() * part.length() / COMPARED);
    return text.contains(part);
  }
}
