package org.fdboxfs.policy.experiment;

import org.fdboxfs.policy.rule.Condition.ConditionException;
import org.jspecify.annotations.Nullable;

/** An invariant of a scenario, ready to be asked. */
public final class Stated extends Promise {
  /** A compiled {@code always:}. */
  @FunctionalInterface
  public interface Always {
    /**
     * Whether it is true of a state.
     *
     * @throws ConditionException when it cannot be evaluated; the invariant then counts as broken
     */
    boolean holds(State state) throws ConditionException;
  }

  private final Always always;

  public Stated(Invariant invariant, Always always) {
    super(invariant.id(), String.join(" ", invariant.always().strip().split("\\s+", -1)));
    this.always = always;
  }

  @Override
  boolean isOfState() {
    return true;
  }

  @Override
  @Nullable String broken(Happened happened) {
    try {
      return always.holds(new State(happened.simulation())) ? null : "it is false now";
    } catch (ConditionException e) {
      return "it could not be evaluated: " + e.getMessage();
    }
  }
}
