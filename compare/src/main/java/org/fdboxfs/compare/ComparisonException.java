package org.fdboxfs.compare;

/** Something that has nothing to do with a scenario went wrong; the message is for the user. */
public final class ComparisonException extends Exception {
  private static final long serialVersionUID = 1L;

  ComparisonException(String message) {
    super(message, null, false, false);
  }
}
