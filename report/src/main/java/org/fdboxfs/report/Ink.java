package org.fdboxfs.report;

/** Colours of a terminal, or none. */
record Ink(boolean colour) {
  private static final String BOLD = "1";

  /** A text that is laid out already, in the colour of a mark. */
  String marked(Mark mark, String text) {
    return in(mark.graphicRendition(), text);
  }

  String strong(String text) {
    return in(BOLD, text);
  }

  private String in(String rendition, String text) {
    if (!colour || rendition.isEmpty() || text.isEmpty()) {
      return text;
    }
    return "\033[" + rendition + "m" + text + "\033[0m";
  }
}
