package org.fdboxfs.policy.experiment;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.fdboxfs.policy.experiment.Terms.Holding;
import org.fdboxfs.policy.experiment.kernel.Held;
import org.fdboxfs.policy.experiment.kernel.SimulatedProcess;
import org.fdboxfs.policy.rule.Groups;
import org.fdboxfs.policy.rule.Link;
import org.fdboxfs.registry.Directory;
import org.fdboxfs.registry.Entry;
import org.jspecify.annotations.Nullable;

/** Groups have one holder and are taken whole. */
final class WholeGroup extends Promise {
  WholeGroup() {
    super(
        "whole-group",
        "the members of a group have one holder, in order, and a set is whole or not at all");
  }

  @Override
  @Nullable String broken(Happened happened) {
    Step step = happened.step();
    SimulatedProcess by = step == null ? null : happened.simulation().living(step.actor());
    if (step == null || by == null) {
      return null;
    }
    Terms terms = new Terms(happened.simulation());
    List<Grant> granted = happened.granted();
    String part = happened.did(Verb.TAKE) ? part(by.held(step.handle()), granted) : null;
    if (part != null) {
      return part;
    }
    for (Grant grant : granted) {
      Entry entry = terms.entry(grant.inode());
      Directory group = entry == null ? null : entry.parent();
      Link link = group == null ? null : terms.link(group);
      if (entry != null && group != null && link != null) {
        String why = inGroup(terms, entry, group, link, by, granted);
        if (why != null) {
          return why;
        }
      }
    }
    return null;
  }

  /** The first take by the handle of a directory brings all that is in it. */
  private static @Nullable String part(@Nullable Held held, List<Grant> granted) {
    if (!(held instanceof MountHandle handle) || handle.node() == null) {
      return null;
    }
    Directory group = handle.node();
    boolean first = !granted.isEmpty() || handle.leases().isEmpty();
    int members = Terms.members(group).size();
    return first && granted.size() != members
        ? "of %s, %d of %d members were taken"
            .formatted(group.path().substring(1), granted.size(), members)
        : null;
  }

  private static @Nullable String inGroup(
      Terms terms,
      Entry entry,
      Directory group,
      Link link,
      SimulatedProcess by,
      List<Grant> granted) {
    String path = entry.path().substring(1);
    List<Entry> members = Terms.members(group);
    if (link.open() == Link.Open.TOGETHER && granted.size() < members.size()) {
      return "%s opened with %d of the %d that belong together"
          .formatted(path, granted.size(), members.size());
    }
    Set<String> own = new TreeSet<>();
    for (Entry member : members) {
      for (Holding holding : terms.holdings(member)) {
        if (!Terms.sameHolder(holding.process(), by, link.holder())) {
          return "%s has %s while %s has %s of the same group"
              .formatted(by.actor(), path, holding.process().actor(), member.path().substring(1));
        }
        own.add(member.name());
      }
    }
    for (String needed : Groups.dependencies(entry, group, link)) {
      if (link.open() == Link.Open.IN_ORDER && !own.contains(needed)) {
        return "%s has %s without %s, which comes before it".formatted(by.actor(), path, needed);
      }
    }
    return null;
  }
}
