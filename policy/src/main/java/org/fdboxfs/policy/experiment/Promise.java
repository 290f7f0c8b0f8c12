package org.fdboxfs.policy.experiment;

import org.jspecify.annotations.Nullable;

/** Something that holds whatever the order of events is. */
interface Promise {
  /** A word for it. */
  String id();

  /** What is promised, in one sentence. */
  String sentence();

  /** Whether it is about what is so, however it came to be. */
  default boolean isOfState() {
    return false;
  }

  /** How it was broken by what happened; null when it was not. */
  @Nullable String broken(Happened happened);
}
