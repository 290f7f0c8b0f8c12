package org.fdboxfs.policy.experiment;

/**
 * What came of a step.
 *
 * @param text what the actor saw, such as the names of a listing; empty when there was nothing
 */
public record Outcome(Verdict verdict, String text) {
  /** In place of what a stream holds, which is not simulated. */
  public static final String NOT_KNOWN = "not simulated";

  public static Outcome of(Verdict verdict) {
    return new Outcome(verdict, "");
  }
}
