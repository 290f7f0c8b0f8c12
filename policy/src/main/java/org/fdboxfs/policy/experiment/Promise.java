package org.fdboxfs.policy.experiment;

import org.jspecify.annotations.Nullable;

/** Something that holds whatever the order of events is. */
abstract class Promise {
  private final String id;
  private final String sentence;

  /**
   * @param id a word for it
   * @param sentence what is promised
   */
  Promise(String id, String sentence) {
    this.id = id;
    this.sentence = sentence;
  }

  final String id() {
    return id;
  }

  final String sentence() {
    return sentence;
  }

  /** Whether it is about what is so, however it came to be. */
  boolean isOfState() {
    return false;
  }

  /** How it was broken by what happened; null when it was not. */
  abstract @Nullable String broken(Happened happened);
}
