package org.fdboxfs.policy.experiment;

import java.util.Set;

/**
 * Somebody who acts: a process, or one after the other where it exits.
 *
 * @param line of the file, from 1
 * @param uid 0 to 4294967294, as the bits of an int
 * @param gid the primary group, likewise
 * @param groups supplementary ones, likewise
 * @param cgroup for simulation only; empty when it was not said
 * @param executable path, for simulation only; empty when it was not said
 */
public record Actor(
    int line,
    String name,
    int uid,
    int gid,
    Set<Integer> groups,
    Set<Capability> capabilities,
    String cgroup,
    String executable) {
  public Actor {
    groups = Set.copyOf(groups);
    capabilities = Set.copyOf(capabilities);
  }
}
