package org.fdboxfs.policy.experiment;

import java.util.ArrayList;
import java.util.List;

/** What fdboxfs promises under every policy. */
final class Promises {
  private Promises() {}

  /**
   * All of them.
   *
   * @param stated those of a user
   */
  static List<Promise> with(List<? extends Promise> stated) {
    List<Promise> all = new ArrayList<>();
    all.add(new OneHolder());
    all.add(new ReadOnly());
    all.add(new WholeGroup());
    all.add(new SealedBox());
    all.add(new InAndOut());
    all.add(new ModesKept());
    all.add(new BusyForAReason());
    all.addAll(stated);
    all.add(new NoEffect()); // settles, so it comes after those that look
    all.add(new NoOrphan());
    return all;
  }
}
