package org.fdboxfs.policy.experiment;

import java.util.ArrayList;
import java.util.List;
import org.fdboxfs.model.Access;
import org.fdboxfs.policy.Lease;
import org.fdboxfs.policy.Target;
import org.fdboxfs.policy.experiment.kernel.Held;
import org.fdboxfs.policy.experiment.kernel.OpenFile;
import org.fdboxfs.registry.Directory;
import org.jspecify.annotations.Nullable;

/**
 * An open file of the mount: of an entry, with its claim, or of a directory, which has the claims
 * on its members from the first take on.
 */
final class MountHandle implements Held {
  private final int generation;
  private final String actor;
  private final Access access;
  private final @Nullable Target directory;
  private final @Nullable Directory node;
  private final List<Lease> leases = new ArrayList<>();
  private final List<Grant> grants = new ArrayList<>();

  private MountHandle(
      int generation,
      String actor,
      Access access,
      @Nullable Target directory,
      @Nullable Directory node) {
    this.generation = generation;
    this.actor = actor;
    this.access = access;
    this.directory = directory;
    this.node = node;
  }

  /**
   * An open entry.
   *
   * @param generation of the mount
   * @param lease owned by the handle
   */
  static MountHandle ofEntry(int generation, String actor, Lease lease, Grant grant) {
    MountHandle handle = new MountHandle(generation, actor, grant.asked(), null, null);
    handle.claimed(List.of(lease), List.of(grant));
    return handle;
  }

  /** An open directory. */
  static MountHandle ofDirectory(int generation, String actor, Target directory, Directory node) {
    return new MountHandle(generation, actor, Access.READ, directory, node);
  }

  /** The one that a name in a table stands for, or that closes with it; null when there is none. */
  static @Nullable MountHandle of(Held held) {
    return held instanceof Descriptors descriptors ? descriptors.claim() : (MountHandle) held;
  }

  /** Which of the mounts, one after the other, it is of. */
  int generation() {
    return generation;
  }

  String actor() {
    return actor;
  }

  Access access() {
    return access;
  }

  /** Null when it is an entry. */
  @Nullable Target directory() {
    return directory;
  }

  /** The directory, for looking only; null when it is an entry. */
  @Nullable Directory node() {
    return node;
  }

  /** Claims that end with the handle. */
  List<Lease> leases() {
    return leases;
  }

  /** The opens behind the claims, in the same order. */
  List<Grant> grants() {
    return grants;
  }

  void claimed(List<Lease> more, List<Grant> by) {
    leases.addAll(more);
    grants.addAll(by);
  }

  @Override
  public List<OpenFile> files() {
    return List.of();
  }
}
