package org.fdboxfs.policy.experiment;

/** A step failed without which a scenario makes no sense. */
public final class ScenarioFailedException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * @param message one line
   */
  public ScenarioFailedException(String message) {
    super(message);
  }
}
