package org.fdboxfs.report;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;

/** Writes HTML: well-formed, and every text and attribute escaped. */
final class Markup {
  private final StringBuilder out = new StringBuilder("<!DOCTYPE html>\n");
  private final Deque<String> open = new ArrayDeque<>();

  /**
   * Opens an element.
   *
   * @param attributes names and values in turn
   */
  Markup open(String tag, String... attributes) {
    single(tag, attributes);
    open.push(tag);
    return this;
  }

  /** An element that never has content, such as {@code meta}. */
  Markup single(String tag, String... attributes) {
    out.append('<').append(tag);
    for (int index = 0; index < attributes.length; index += 2) {
      out.append(' ').append(attributes[index]).append("=\"");
      append(attributes[index + 1]);
      out.append('"');
    }
    out.append('>');
    return this;
  }

  Markup text(String text) {
    append(Printable.of(text));
    return this;
  }

  Markup close() {
    out.append("</").append(open.pop()).append('>');
    return this;
  }

  /** Ends the line in the file, where that changes nothing on the page. */
  Markup newline() {
    out.append('\n');
    return this;
  }

  /** An element with nothing but text in it. */
  Markup element(String tag, String text, String... attributes) {
    return open(tag, attributes).text(text).close();
  }

  /** An element that starts on a line of its own, around lines that are printable already. */
  Markup preformatted(String text) {
    open("pre");
    append(text);
    return close().newline();
  }

  /**
   * A script or style, which HTML does not escape.
   *
   * @throws IllegalArgumentException when it would end before its end
   */
  Markup verbatim(String tag, String content, String... attributes) {
    String lower = content.toLowerCase(Locale.ROOT);
    if (lower.contains("</" + tag) || lower.contains("<!--")) {
      throw new IllegalArgumentException("cannot stand within " + tag);
    }
    open(tag, attributes);
    out.append(content);
    return close().newline();
  }

  private void append(String text) {
    for (int index = 0; index < text.length(); index++) {
      char character = text.charAt(index);
      switch (character) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '"' -> out.append("&quot;");
        case '\'' -> out.append("&#39;");
        default -> out.append(character);
      }
    }
  }

  /** All of it, once every element is closed. */
  String page() {
    if (!open.isEmpty()) {
      throw new IllegalStateException("not closed: " + open);
    }
    return out.append('\n').toString();
  }
}
