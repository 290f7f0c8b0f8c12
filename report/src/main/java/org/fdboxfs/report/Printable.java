package org.fdboxfs.report;

/** Text of others on a screen or page. */
public final class Printable {
  private Printable() {}

  /**
   * The text with everything escaped that is not to be seen: control characters as {@code \033},
   * and what changes the direction of writing, has no width or is no character as {@code \}{@code
   * u{202e}}. A name of a file may hold a newline or a control sequence of the terminal: neither
   * may reach the screen, and no two names may look the same by what cannot be seen.
   */
  public static String of(String text) {
    if (text.codePoints().noneMatch(Printable::isHidden)) {
      return text;
    }
    StringBuilder result = new StringBuilder(text.length() + 16);
    text.codePoints().forEach(point -> append(result, point));
    return result.toString();
  }

  private static void append(StringBuilder result, int point) {
    if (!isHidden(point)) {
      result.appendCodePoint(point);
    } else if (Character.isISOControl(point)) {
      result.append('\\').append(Integer.toOctalString(0x200 | point).substring(1));
    } else {
      result.append("\\u{").append(Integer.toHexString(point)).append('}');
    }
  }

  private static boolean isHidden(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.UNASSIGNED ->
          true;
      default -> false;
    };
  }
}
