package org.fdboxfs.policy.config;

import org.jspecify.annotations.Nullable;

/** What a condition asks for and nobody can say: it then refuses, instead of taking it as empty. */
final class UnknownFact extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Says why in one line.
   *
   * @param reason for the log and {@code denials}
   */
  UnknownFact(String reason) {
    super(reason, null, false, false);
  }

  /** The value when it is known. */
  static <T> T unlessNull(@Nullable T value, String what) {
    if (value == null) {
      throw new UnknownFact("it is not known " + what);
    }
    return value;
  }

  /** The text when it is known, which is when it is not empty. */
  static String unlessEmpty(String value, String what) {
    return unlessNull(value.isEmpty() ? null : value, what);
  }
}
