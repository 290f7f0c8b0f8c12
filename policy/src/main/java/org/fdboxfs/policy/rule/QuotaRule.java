package org.fdboxfs.policy.rule;

import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Errno;
import org.fdboxfs.registry.Account;
import org.fdboxfs.registry.Box;
import org.fdboxfs.registry.Entry;
import org.fdboxfs.registry.Registry;
import org.jspecify.annotations.Nullable;

/**
 * What one user or box may hold ({@code EDQUOT}), and what the daemon itself can ({@code ENFILE}:
 * an errno that is used for nothing else).
 */
public final class QuotaRule implements Rule {
  /**
   * What no file passes ({@code EFBIG}), whatever the quota: sizes by which programs find out how
   * large files may be, not such as anybody could fill.
   */
  private static final long LARGEST_FILE = 1L << 44;

  private final int entriesPerBox;
  private final int boxesPerUser;
  private final int entriesPerUser;
  private final long bytesPerUser;
  private final Limits limits;

  /**
   * Takes the limits.
   *
   * @param bytesPerUser sum of the sizes of memory that a user owns
   * @param limits what the daemon can hold
   */
  public QuotaRule(
      int entriesPerBox, int boxesPerUser, int entriesPerUser, long bytesPerUser, Limits limits) {
    this.entriesPerBox = entriesPerBox;
    this.boxesPerUser = boxesPerUser;
    this.entriesPerUser = entriesPerUser;
    this.bytesPerUser = bytesPerUser;
    this.limits = limits;
  }

  @Override
  public String id() {
    return "quota";
  }

  @Override
  public @Nullable Deny check(Request request) {
    return switch (request.operation()) {
      case OPEN -> checkOpen(request);
      case PUT -> checkPut(request);
      case MKDIR -> checkMkdir(request);
      case SETATTR -> checkSize(request);
      case RENAME -> request.node() == null ? checkBox(request) : null;
      default -> null;
    };
  }

  private @Nullable Deny checkOpen(Request request) {
    if (request.registry().claims() >= limits.claims()) {
      return full("open handles", limits.claims());
    }
    Caller caller = request.caller();
    return !caller.isRoot()
            && request.registry().account(caller.uid()).claims() >= limits.claimsPerUser()
        ? full("open handles of one user", limits.claimsPerUser())
        : null;
  }

  private @Nullable Deny checkPut(Request request) {
    Registry registry = request.registry();
    if (registry.entries() >= limits.descriptors()) {
      return full("descriptors", limits.descriptors());
    }
    if (registry.nodes() >= limits.nodes()) {
      return full("entries and directories", limits.nodes());
    }
    Account account = registry.account(request.caller().uid());
    if (account.entries() >= entriesPerUser) {
      return exceeded("entries per user", entriesPerUser);
    }
    Request.Candidate candidate = request.candidate();
    if (candidate != null && exceedsBytes(account, candidate.bytes())) {
      return exceeded("bytes per user", bytesPerUser);
    }
    return checkBox(request);
  }

  private @Nullable Deny checkBox(Request request) {
    Box box = request.box();
    long more = request.operation() == Operation.RENAME ? request.added() : 1;
    return box != null && more > 0 && box.entries() + more > entriesPerBox
        ? exceeded("entries per box", entriesPerBox)
        : null;
  }

  /** Directories take memory too: there may be as many as entries, counted for themselves. */
  private @Nullable Deny checkMkdir(Request request) {
    Registry registry = request.registry();
    if (registry.nodes() >= limits.nodes()) {
      return full("entries and directories", limits.nodes());
    }
    Account account = registry.account(request.caller().uid());
    Box box = request.box();
    if (box == null) {
      return account.boxes() >= boxesPerUser ? exceeded("boxes per user", boxesPerUser) : null;
    }
    if (account.directories() >= entriesPerUser) {
      return exceeded("directories per user", entriesPerUser);
    }
    return box.directories() >= entriesPerBox
        ? exceeded("directories per box", entriesPerBox)
        : null;
  }

  private @Nullable Deny checkSize(Request request) {
    Entry entry = request.entry();
    if (entry != null && request.added() > LARGEST_FILE - entry.accountedBytes()) {
      return new Deny(id(), Errno.EFBIG, "no file is larger than " + LARGEST_FILE + " bytes");
    }
    return entry != null
            && request.added() > 0
            && exceedsBytes(request.registry().account(entry.uid()), request.added())
        ? exceeded("bytes per user", bytesPerUser)
        : null;
  }

  private boolean exceedsBytes(Account account, long more) {
    return more > bytesPerUser || account.bytes() > bytesPerUser - more;
  }

  private Deny full(String what, long limit) {
    return new Deny(id(), Errno.ENFILE, "the daemon cannot hold more " + what + " than " + limit);
  }

  private Deny exceeded(String what, long limit) {
    return new Deny(id(), Errno.EDQUOT, "quota of " + what + " reached: " + limit);
  }
}
