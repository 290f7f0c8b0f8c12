package org.fdboxfs.registry;

import org.fdboxfs.model.Access;
import org.fdboxfs.model.Caller.ProcessKey;
import org.fdboxfs.model.Descriptor;
import org.fdboxfs.model.Timestamp;

/**
 * What an open handle on an entry holds. It owns one reference on the descriptor, so that the
 * handle works on after the entry is removed; whoever got the claim from the guard gives it back
 * there, once.
 *
 * @param id unique in the mount
 * @param uid of the claimant
 * @param process of the claimant, when it opened; handles can be passed on afterwards
 * @param cgroup of the claimant, empty unless a rule asked for it
 * @param since when it was granted
 */
public record Claim(
    long id,
    Entry entry,
    Access access,
    int uid,
    ProcessKey process,
    String cgroup,
    Timestamp since,
    Descriptor descriptor) {
  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(id);
  }
}
