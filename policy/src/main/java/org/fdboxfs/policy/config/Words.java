package org.fdboxfs.policy.config;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How messages show what a file says, and what it may have meant. */
public final class Words {
  private static final int LONGEST_SHOWN = 60;
  private static final int LONGEST_COMPARED = 64;
  private static final int FEW = 12;

  private Words() {}

  /** Text of the file inside a message: in quotes, on one line, of a bearable length. */
  static String quoted(String text) {
    return "'" + oneLine(text, LONGEST_SHOWN) + "'";
  }

  /** Without control characters and cut to a length. */
  static String oneLine(String text, int longest) {
    StringBuilder shown = new StringBuilder();
    text.codePoints()
        .limit(longest)
        .map(c -> Character.isISOControl(c) || c == '\u2028' || c == '\u2029' ? ' ' : c)
        .forEach(shown::appendCodePoint);
    return shown.length() < text.length() ? shown + "..." : shown.toString();
  }

  /** The sentence for a word that is none of those known. */
  public static String unknown(String noun, String word, Collection<String> known) {
    String closest = closest(word, known);
    String start = "unknown " + noun + " " + quoted(word);
    if (closest != null) {
      return start + " (did you mean '" + closest + "'?)";
    }
    return known.size() <= FEW ? start + " (known: " + String.join(", ", known) + ")" : start;
  }

  /** The known word that is near enough to be meant, or null. */
  public static @Nullable String closest(String word, Collection<String> known) {
    if (word.length() > LONGEST_COMPARED) {
      return null;
    }
    String best = null;
    int least = 2 + word.length() / 4;
    String end = "_" + word.toUpperCase(Locale.ROOT); // SYS_ADMIN for CAP_SYS_ADMIN
    for (String candidate : known) {
      if (candidate.endsWith(end)) {
        return candidate;
      }
    }
    for (String candidate : known) {
      int distance = distance(word.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
      // A word of which nothing is left is not a misspelling.
      if (distance < least && distance < candidate.length()) {
        least = distance;
        best = candidate;
      }
    }
    return best;
  }

  /** Insertions, deletions, replacements and swaps of neighbours from one word to the other. */
  static int distance(String a, String b) {
    int[] beforeLast = new int[b.length() + 1];
    int[] last = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      last[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, 1 + Math.min(last[j], row[j - 1]));
        if (swapped(a, i, b, j)) {
          row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
        }
      }
      beforeLast = last;
      last = row;
    }
    return last[b.length()];
  }

  private static boolean swapped(String a, int i, String b, int j) {
    return i > 1
        && j > 1
        && a.charAt(i - 1) == b.charAt(j - 2)
        && a.charAt(i - 2) == b.charAt(j - 1);
  }
}
