package org.fdboxfs.policy.rule;

/** A compiled {@code when:} expression. */
@FunctionalInterface
public interface Condition {
  /** Holds for every request. */
  Condition ALWAYS = request -> true;

  /**
   * Whether the expression is true of the request.
   *
   * @throws ConditionException when it cannot be evaluated; the rule then refuses
   */
  boolean holds(Request request) throws ConditionException;

  /** Whether what it says of an entry may change by nothing but time. */
  default boolean asksAge() {
    return false;
  }

  /** An expression that could not be evaluated. */
  final class ConditionException extends Exception {
    private static final long serialVersionUID = 1L;

    /**
     * Says why in one line.
     *
     * @param reason for the log and {@code denials}
     */
    public ConditionException(String reason) {
      super(reason, null, false, false);
    }
  }
}
