package org.fdboxfs.policy.experiment;

/** A scenario of which nothing can be said: its setup fails, or it is too large. */
public final class ScenarioFailedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int line;

  /**
   * @param line of the file, from 1; 0 when it is about all of it
   * @param message one line
   */
  ScenarioFailedException(int line, String message) {
    super(message, null, false, false);
    this.line = line;
  }

  /** As compilers have it, {@code FILE:LINE: REASON}. */
  public String in(Object file) {
    return file + (line == 0 ? "" : ":" + line) + ": " + getMessage();
  }
}
