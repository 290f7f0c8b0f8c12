package org.fdboxfs.policy.config;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Whether what is wrong with a text could be that its end has not been written yet: shells write a
 * text of several lines line by line, and each is to be told at once only of what no further line
 * can mend.
 */
public final class UnfinishedText {
  /** A section with its content on the lines below. */
  private static final Pattern OPEN_SECTION = Pattern.compile("\\w+:\\s*([|>].*)?(#.*)?");

  private static final Pattern LIST_ITEM = Pattern.compile("\\s*-(\\s.*)?");

  private UnfinishedText() {}

  /** True when every problem is in the last section or list item, and that may go on. */
  public static boolean explains(String text, PolicyFormatException refusal) {
    List<String> lines = text.lines().toList();
    int last = lastItem(lines);
    boolean open =
        last == 0
            || OPEN_SECTION.matcher(lines.get(last - 1)).matches()
            || LIST_ITEM.matcher(lines.get(last - 1)).matches()
            || !balanced(lines.subList(last - 1, lines.size()));
    return open && refusal.problems().stream().allMatch(problem -> problem.line() >= last);
  }

  /** The number of the line, from 1, on which the last section or list item begins; 0 for none. */
  private static int lastItem(List<String> lines) {
    for (int number = lines.size(); number > 0; number--) {
      String line = lines.get(number - 1);
      boolean section = !line.isBlank() && !Character.isWhitespace(line.charAt(0));
      if ((section && line.charAt(0) != '#') || LIST_ITEM.matcher(line).matches()) {
        return number;
      }
    }
    return 0;
  }

  private static boolean balanced(List<String> lines) {
    String text = String.join("", lines);
    return text.chars().filter(c -> c == '{' || c == '[').count()
        <= text.chars().filter(c -> c == '}' || c == ']').count();
  }
}
