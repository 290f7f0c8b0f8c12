package org.fdboxfs.registry;

import java.util.HashMap;
import java.util.Map;
import org.fdboxfs.model.Credentials;
import org.jspecify.annotations.Nullable;

/**
 * The credentials of those who put what is there. Many nodes share one record, and how much one
 * user can have kept is bounded: it lives in the daemon's memory.
 */
final class Putters {
  /** Bytes of distinct credentials that are kept of one user, about. */
  static final long MAX_BYTES_PER_USER = 1L << 20;

  private static final int RECORD_BYTES = 256;
  private static final int GROUP_BYTES = 48;
  private static final int CAPABILITY_BYTES = 8;

  private static final class Kept {
    private final Credentials credentials;
    private int nodes;

    Kept(Credentials credentials) {
      this.credentials = credentials;
    }
  }

  private final Map<Credentials, Kept> kept = new HashMap<>();
  private final Map<Integer, Long> bytesOfUser = new HashMap<>();

  /**
   * Keeps credentials for one more node.
   *
   * @return equal ones; of a user of whom too much is kept already, the ids alone
   */
  Credentials keep(Credentials wanted) {
    Kept known = kept.get(wanted);
    if (known == null) {
      long bytes = bytes(wanted);
      long before = bytesOfUser.getOrDefault(wanted.uid(), 0L);
      boolean fits = before + bytes <= MAX_BYTES_PER_USER;
      Credentials fitting = fits ? wanted : Credentials.ofIds(wanted.uid(), wanted.gid());
      known = kept.get(fitting);
      if (known == null) {
        known = new Kept(fitting);
        kept.put(fitting, known);
        bytesOfUser.merge(fitting.uid(), bytes(fitting), Long::sum);
      }
    }
    known.nodes++;
    return known.credentials;
  }

  /** A node that credentials were kept for is gone; null when none were. */
  void drop(@Nullable Credentials credentials) {
    Kept known = credentials == null ? null : kept.get(credentials);
    if (known != null && --known.nodes == 0) {
      kept.remove(known.credentials);
      int uid = known.credentials.uid();
      long left = bytesOfUser.merge(uid, -bytes(known.credentials), Long::sum);
      if (left == 0) {
        bytesOfUser.remove(uid);
      }
    }
  }

  /** How many distinct ones are kept. */
  int size() {
    return kept.size();
  }

  private static long bytes(Credentials of) {
    int groups = of.groups() == null ? 0 : of.groups().size();
    int capabilities = of.capabilities() == null ? 0 : of.capabilities().size();
    return RECORD_BYTES
        + 2L * (of.cgroup().length() + of.executable().length())
        + (long) GROUP_BYTES * groups
        + (long) CAPABILITY_BYTES * capabilities;
  }
}
