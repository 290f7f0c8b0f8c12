package org.fdboxfs.policy.experiment.kernel;

import java.util.EnumSet;
import java.util.Set;
import org.fdboxfs.model.Caller.Power;

/**
 * What a process may, by who it is.
 *
 * @param groups supplementary ones
 * @param capabilities by their names, such as {@code CAP_CHOWN}
 * @param cgroup empty when it has none
 * @param executable path of the file that it runs, empty when there is none
 */
public record Credentials(
    int uid,
    int gid,
    Set<Integer> groups,
    Set<String> capabilities,
    String cgroup,
    String executable) {
  public Credentials {
    groups = Set.copyOf(groups);
    capabilities = Set.copyOf(capabilities);
  }

  /** The capabilities that override modes and owners. */
  Set<Power> powers() {
    Set<Power> powers = EnumSet.noneOf(Power.class);
    for (Power power : capabilities.isEmpty() ? new Power[0] : Power.values()) {
      if (capabilities.contains("CAP_" + power.name())) {
        powers.add(power);
      }
    }
    return powers;
  }
}
