package org.fdboxfs.compare;

import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.fdboxfs.policy.experiment.Actor;
import org.fdboxfs.policy.experiment.Capability;

/**
 * Who an actor is in a performance.
 *
 * @param uid as the bits of an int, as gid and groups
 */
record Identity(int uid, int gid, Set<Integer> groups, Set<Capability> capabilities) {
  /** An id that nobody has. */
  private static final int NOBODY_AT_ALL = 54_321;

  static final Identity ROOT = new Identity(0, 0, Set.of(), EnumSet.allOf(Capability.class));

  static Identity of(Actor actor) {
    return new Identity(actor.uid(), actor.gid(), actor.groups(), actor.capabilities());
  }

  boolean isPrivileged() {
    return uid == 0 || !capabilities.isEmpty();
  }

  /** A user without any privilege: this one if it is not root. */
  Identity unprivileged() {
    return uid == 0
        ? new Identity(NOBODY_AT_ALL, NOBODY_AT_ALL, Set.of(), Set.of())
        : new Identity(uid, gid, groups, Set.of());
  }

  Identity with(Set<Capability> others) {
    return new Identity(uid, gid, groups, others);
  }

  /** The words that the program takes. */
  List<String> words() {
    long mask = 0;
    for (Capability capability : capabilities) {
      mask |= 1L << capability.number();
    }
    String list =
        groups.stream()
            .sorted(Comparator.naturalOrder())
            .map(Integer::toUnsignedString)
            .collect(Collectors.joining(","));
    return List.of(
        Integer.toUnsignedString(uid),
        Integer.toUnsignedString(gid),
        list.isEmpty() ? "-" : list,
        Long.toHexString(mask));
  }
}
