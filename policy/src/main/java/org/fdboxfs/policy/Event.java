package org.fdboxfs.policy;

import java.util.Set;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.Timestamp;
import org.fdboxfs.policy.rule.Deny;
import org.fdboxfs.policy.rule.Request;
import org.fdboxfs.registry.Claim;
import org.fdboxfs.registry.Entry;
import org.fdboxfs.registry.Node;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened, as {@code .fdbox/events} and {@code .fdbox/denials} tell it, with what
 * it takes to decide the same under another policy.
 *
 * @param sequence counts up by one from 1
 * @param type {@code open}, {@code release}, {@code put}, {@code deny}, ...
 * @param operation what was asked for
 * @param path from the root of the mount, when it happened
 * @param directory inode number of the directory that listed the path then, 0 when none did
 * @param detail kind, access or new path; empty when there is none
 * @param newDirectory only with type {@code rename}: as {@code directory}, of the new path
 * @param deny only with type {@code deny}
 */
public record Event(
    long sequence,
    Timestamp time,
    String type,
    String operation,
    int uid,
    int pid,
    String path,
    long directory,
    String detail,
    long newDirectory,
    @Nullable Deny deny,
    Asker asker,
    Subject subject) {

  /**
   * What is known of who asked, beside uid and process; for that user and root alone.
   *
   * @param gid null when nobody asked
   * @param groups supplementary ones; null where nobody was listening who may know them, or they
   *     could not be found out; so the following
   * @param capabilities effective ones, by name
   * @param cgroup control group
   * @param executable the file that it runs
   */
  public record Asker(
      @Nullable Integer gid,
      @Nullable Set<Integer> groups,
      @Nullable Set<String> capabilities,
      @Nullable String cgroup,
      @Nullable String executable) {
    public static final Asker NOBODY = new Asker(null, null, null, null, null);

    /**
     * Who asked.
     *
     * @param inFull whether somebody listens for whom it is worth looking up
     */
    static Asker of(Caller caller, boolean inFull) {
      return inFull && caller.process() != 0
          ? new Asker(
              caller.gid(),
              caller.knownGroups(),
              caller.capabilities(),
              caller.cgroup(),
              caller.executable())
          : new Asker(caller.gid(), null, null, null, null);
    }
  }

  /** Whose a node is, after what happened. */
  public record Owner(int uid, int gid, int mode) {}

  /**
   * What it was about.
   *
   * @param kind null for directories
   * @param owner null for what does not exist
   * @param bytes size of memory, as far as it was seen
   * @param access of an open; of a put, what the descriptor is open for
   * @param claim number of the claim that began, ended or was used; 0 when there is none
   * @param ofSet whether it is one of the opens of a whole group
   */
  public record Subject(
      @Nullable FdKind kind,
      @Nullable Owner owner,
      @Nullable Long bytes,
      @Nullable Access access,
      long claim,
      boolean ofSet) {
    public static final Subject NOTHING = new Subject(null, null, null, null, 0, false);

    static Subject of(Node node) {
      Owner owner = new Owner(node.uid(), node.gid(), node.mode());
      return node instanceof Entry entry
          ? new Subject(entry.kind(), owner, entry.accountedBytes(), entry.access(), 0, false)
          : new Subject(null, owner, null, null, 0, false);
    }

    static Subject of(Claim claim, boolean ofSet) {
      Subject entry = of(claim.entry());
      return new Subject(
          entry.kind(), entry.owner(), entry.bytes(), claim.access(), claim.id(), ofSet);
    }

    /** What was asked for and refused. */
    static Subject of(Request request) {
      Node node = request.node();
      Subject about = node == null ? NOTHING : of(node);
      Request.Candidate candidate = request.candidate();
      return new Subject(
          request.kind(),
          about.owner(),
          candidate == null ? about.bytes() : Long.valueOf(candidate.bytes()),
          request.access(),
          0,
          request.asSet());
    }
  }
}
