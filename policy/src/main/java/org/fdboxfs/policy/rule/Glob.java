package org.fdboxfs.policy.rule;

/**
 * A shell pattern over names: {@code *} any characters, {@code ?} one, {@code [a-z]} and {@code
 * [!a-z]} one of a set, a backslash takes the next character as it is. A star does not match a
 * slash.
 *
 * <p>Matching takes time in proportion to pattern times text at worst, never exponential: patterns
 * come from files, texts from users.
 */
public final class Glob {
  /** Matches everything, slashes too. */
  public static final Glob ANY = new Glob("*");

  private final String pattern;
  private final boolean any;

  private Glob(String pattern) {
    this.pattern = pattern;
    this.any = pattern.equals("*");
  }

  /**
   * Compiles a pattern.
   *
   * @throws IllegalArgumentException when a set is not closed, with a sentence for the user
   */
  public static Glob of(String pattern) {
    for (int at = 0; at < pattern.length(); at++) {
      char c = pattern.charAt(at);
      if (c == '\\') {
        if (++at == pattern.length()) {
          throw new IllegalArgumentException("pattern ends in a backslash: '" + pattern + "'");
        }
      } else if (c == '[') {
        int close = closing(pattern, at);
        if (close < 0) {
          throw new IllegalArgumentException("'[' is not closed in pattern '" + pattern + "'");
        }
        at = close;
      }
    }
    return new Glob(pattern);
  }

  public boolean matches(String text) {
    return any || matchesFrom(text);
  }

  /** Greedy with one point of return: only the last star ever needs to take more. */
  private boolean matchesFrom(String text) {
    int p = 0;
    int t = 0;
    int star = -1;
    int starText = 0;
    while (t < text.length()) {
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        star = p++;
        starText = t;
      } else if (p < pattern.length() && matchesOne(p, text.charAt(t))) {
        p = next(p);
        t++;
      } else if (star >= 0 && text.charAt(starText) != '/') {
        p = star + 1;
        t = ++starText;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }

  private boolean matchesOne(int at, char c) {
    return switch (pattern.charAt(at)) {
      case '?' -> c != '/';
      case '[' -> c != '/' && inSet(at, c);
      case '\\' -> pattern.charAt(at + 1) == c;
      default -> pattern.charAt(at) == c;
    };
  }

  private int next(int at) {
    return switch (pattern.charAt(at)) {
      case '[' -> closing(pattern, at) + 1;
      case '\\' -> at + 2;
      default -> at + 1;
    };
  }

  private boolean inSet(int open, char c) {
    int close = closing(pattern, open);
    int at = open + 1;
    boolean negated = pattern.charAt(at) == '!';
    at += negated ? 1 : 0;
    boolean found = false;
    while (at < close) {
      char low = pattern.charAt(at);
      boolean range = at + 2 < close && pattern.charAt(at + 1) == '-';
      char high = range ? pattern.charAt(at + 2) : low;
      found |= low <= c && c <= high;
      at += range ? 3 : 1;
    }
    return found != negated;
  }

  /** The bracket that closes a set; one right after the opening belongs to the set. */
  private static int closing(String pattern, int open) {
    int first = open + 1;
    if (first < pattern.length() && pattern.charAt(first) == '!') {
      first++;
    }
    return pattern.indexOf(']', first + 1);
  }

  @Override
  public String toString() {
    return pattern;
  }
}
