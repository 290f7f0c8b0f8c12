package org.fdboxfs.report;

import java.util.ArrayList;
import java.util.List;
import org.jline.utils.WCWidth;

/** Text in columns of a terminal, where a character is none, one or two of them wide. */
final class Columns {
  private Columns() {}

  /** How many columns a printable text takes. */
  static int width(String text) {
    return text.codePoints().map(Columns::width).sum();
  }

  private static int width(int point) {
    return Math.max(0, WCWidth.wcwidth(point));
  }

  /** As wide as asked, if it was not wider. */
  static String padded(String text, int width, boolean right) {
    String padding = " ".repeat(Math.max(0, width - width(text)));
    return right ? padding + text : text + padding;
  }

  /** Lines of at most a width, broken at blanks; a word that is wider is cut. Never empty. */
  static List<String> wrapped(String text, int width) {
    List<String> lines = new ArrayList<>();
    String line = "";
    for (String word : text.split(" ", -1)) {
      String longer = line.isEmpty() ? word : line + " " + word;
      if (width(longer) <= width) {
        line = longer;
        continue;
      }
      if (!line.isEmpty()) {
        lines.add(line);
      }
      line = word;
      while (width(line) > width) {
        int end = cut(line, width);
        lines.add(line.substring(0, end));
        line = line.substring(end);
      }
    }
    lines.add(line);
    return lines;
  }

  /** How many chars of a text that is too wide fit; at least one character. */
  private static int cut(String text, int width) {
    int end = 0;
    int used = 0;
    while (end < text.length()) {
      int point = text.codePointAt(end);
      used += width(point);
      if (used > width && end > 0) {
        break;
      }
      end += Character.charCount(point);
    }
    return end;
  }

  /** How wide the widest word is. */
  static int widestWord(String text) {
    int widest = 0;
    for (String word : text.split(" ", -1)) {
      widest = Math.max(widest, width(word));
    }
    return widest;
  }
}
