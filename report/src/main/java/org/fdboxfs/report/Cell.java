package org.fdboxfs.report;

/** A text in a table or matrix, and what is to be noticed about it. */
public record Cell(String text, Mark mark) {
  /** A text as such. */
  public static Cell of(String text) {
    return new Cell(text, Mark.NONE);
  }

  /** A whole number. */
  public static Cell of(long number) {
    return of(Long.toString(number));
  }

  /** A number with as many digits as anybody reads. */
  public static Cell of(double number) {
    return of(Numbers.text(number));
  }

  /** The text behind a sign, where the mark has one. */
  String behind(String sign) {
    if (sign.isEmpty() || text.isEmpty()) {
      return sign + text;
    }
    return sign + " " + text;
  }
}
