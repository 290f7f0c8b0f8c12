package org.fdboxfs.report;

import java.util.Locale;

/**
 * What is to be noticed about a text. A colour shows it where there are colours, and a sign always.
 */
public enum Mark {
  /** Nothing. */
  NONE("", "", ""),
  /** As it should be. */
  GOOD("+", "\u2713", "32"),
  /** Not as it should be. */
  BAD("!", "\u2717", "31"),
  /** Not what it was, or not the same on both sides. */
  CHANGED("~", "\u2260", "33"),
  /** Of less weight; has no sign, since the text says all. */
  MUTED("", "", "2"),
  /** More than before, such as a permission. */
  GAIN(">", "\u25b2", "36"),
  /** Less than before. */
  LOSS("<", "\u25bc", "35"),
  /** The same as before. */
  SAME("=", "=", "2");

  private final String ascii;
  private final String sign;
  private final String graphicRendition;

  Mark(String ascii, String sign, String graphicRendition) {
    this.ascii = ascii;
    this.sign = sign;
    this.graphicRendition = graphicRendition;
  }

  /** A cell that is marked so. */
  public Cell on(String text) {
    return new Cell(text, this);
  }

  /** What it is called where somebody reads it. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The sign for terminals, of ASCII; empty when there is none. */
  String ascii() {
    return ascii;
  }

  /** The sign for pages; empty when there is none. */
  String sign() {
    return sign;
  }

  /** The parameter of the terminal's SGR sequence; empty for nothing special. */
  String graphicRendition() {
    return graphicRendition;
  }
}
