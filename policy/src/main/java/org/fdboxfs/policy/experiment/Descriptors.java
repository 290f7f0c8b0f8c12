package org.fdboxfs.policy.experiment;

import java.util.List;
import org.fdboxfs.policy.experiment.kernel.Held;
import org.fdboxfs.policy.experiment.kernel.OpenFile;
import org.jspecify.annotations.Nullable;

/**
 * Real descriptors under one name: one, or all of a group.
 *
 * @param claim the handle that they were taken by, which closes with them; null when there is none
 */
record Descriptors(List<Got> all, @Nullable MountHandle claim) implements Held {
  /**
   * One of them.
   *
   * @param by the open that it was taken by; null when the process made it itself, or moved it out
   */
  record Got(OpenFile file, @Nullable Grant by) {}

  Descriptors {
    all = List.copyOf(all);
  }

  static Descriptors of(OpenFile file) {
    return new Descriptors(List.of(new Got(file, null)), null);
  }

  @Override
  public List<OpenFile> files() {
    return all.stream().map(Got::file).toList();
  }

  /** What is done with the name is done with the first. */
  OpenFile first() {
    return all.get(0).file();
  }
}
