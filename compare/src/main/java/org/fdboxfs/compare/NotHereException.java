package org.fdboxfs.compare;

/** The machine lacks what a scenario needs, such as a device. */
public final class NotHereException extends Exception {
  private static final long serialVersionUID = 1L;

  NotHereException(String message) {
    super(message, null, false, false);
  }
}
