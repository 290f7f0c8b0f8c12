package org.fdboxfs.policy.rule;

import java.util.List;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Caller.ProcessKey;
import org.fdboxfs.model.Errno;
import org.fdboxfs.registry.Claim;
import org.fdboxfs.registry.Directory;
import org.fdboxfs.registry.Entry;
import org.fdboxfs.registry.Node;
import org.jspecify.annotations.Nullable;

/**
 * Members of a group belong together: {@code EBUSY} while another holder has one of them, {@code
 * ENOLINK} for a member that opens too early or only as part of the set.
 */
public final class LinkRule implements Rule {
  private final Groups groups;

  public LinkRule(Groups groups) {
    this.groups = groups;
  }

  @Override
  public String id() {
    return "link";
  }

  @Override
  public @Nullable Deny check(Request request) {
    Entry entry = request.entry();
    if (request.operation() != Operation.OPEN || entry == null) {
      return null;
    }
    Link link = groups.linkOf(request.directory());
    if (link == null) {
      return null;
    }
    if (link.open() == Link.Open.TOGETHER && !request.asSet()) {
      return new Deny(
          id(link), Errno.ENOLINK, "members of this group open as a set, through the directory");
    }
    Deny deny = checkReserved(request, link);
    return deny == null && link.open() == Link.Open.IN_ORDER
        ? checkOrder(request, entry, link)
        : deny;
  }

  private static @Nullable Deny checkReserved(Request request, Link link) {
    for (Entry member : request.directory().claimed()) {
      for (Claim claim : member.claims()) {
        if (!sameHolder(claim, request.caller(), link.holder())) {
          return new Deny(id(link), Errno.EBUSY, reservedBy(claim, request));
        }
      }
    }
    return null;
  }

  private static String reservedBy(Claim claim, Request request) {
    return mayName(request)
        ? "the group is reserved by pid "
            + claim.process().pid()
            + " through '"
            + claim.entry().name()
            + "'"
        : "the group is reserved by another holder";
  }

  /** A member opens to who may search the directory; its names are for who may list it. */
  private static boolean mayName(Request request) {
    return PosixRule.mayList(request.directory(), request.caller());
  }

  private static @Nullable Deny checkOrder(Request request, Entry entry, Link link) {
    Directory group = request.directory();
    List<String> wanted = Groups.dependencies(entry, group, link);
    for (String name : wanted) {
      Node needed = group.child(name);
      if (!(needed instanceof Entry other) || !claimedBy(other, request.caller(), link.holder())) {
        String first = mayName(request) ? "'" + name + "'" : "another member";
        return new Deny(id(link), Errno.ENOLINK, "'" + entry.name() + "' opens after " + first);
      }
    }
    return null;
  }

  private static boolean claimedBy(Entry entry, Caller caller, Link.Holder holder) {
    for (Claim claim : entry.claims()) {
      if (sameHolder(claim, caller, holder)) {
        return true;
      }
    }
    return false;
  }

  /** What is not known is not the same. */
  private static boolean sameHolder(Claim claim, Caller caller, Link.Holder holder) {
    return switch (holder) {
      case USER -> claim.uid() == caller.uid();
      case CGROUP -> !claim.cgroup().isEmpty() && claim.cgroup().equals(caller.cgroup());
      case PROCESS -> isOf(claim.process(), caller);
    };
  }

  /**
   * Whether a claim is one of the caller's process, as far as is known: one from before the
   * directory was a group, or in none, has no start time.
   */
  public static boolean isOf(ProcessKey claimant, Caller caller) {
    return caller.process() != 0
        && claimant.pid() == caller.process()
        && (claimant.startTime() == 0 || claimant.startTime() == caller.processKey().startTime());
  }

  private static String id(Link link) {
    return link.rule().equals("default") || link.rule().equals("mark")
        ? "link:" + link.rule()
        : link.rule();
  }
}
