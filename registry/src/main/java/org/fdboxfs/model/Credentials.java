package org.fdboxfs.model;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who somebody was at one moment, for questions that are asked when the process may be gone.
 *
 * @param groups supplementary groups; null when they were not found out
 * @param capabilities names of the effective ones, see {@link ProcessTable#capabilities}; null as
 *     before
 * @param cgroup empty when it was not found out
 * @param executable empty when it was not found out
 */
public record Credentials(
    int uid,
    int gid,
    @Nullable Set<Integer> groups,
    @Nullable Set<String> capabilities,
    String cgroup,
    String executable) {
  /** Nothing but the ids. */
  public static Credentials ofIds(int uid, int gid) {
    return new Credentials(uid, gid, null, null, "", "");
  }
}
