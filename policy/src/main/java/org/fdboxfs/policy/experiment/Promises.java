package org.fdboxfs.policy.experiment;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.fdboxfs.model.Access;
import org.fdboxfs.policy.experiment.Descriptors.Got;
import org.fdboxfs.policy.experiment.Terms.Holding;
import org.fdboxfs.policy.experiment.kernel.Held;
import org.fdboxfs.policy.experiment.kernel.SimulatedProcess;
import org.fdboxfs.policy.rule.Groups;
import org.fdboxfs.policy.rule.Link;
import org.fdboxfs.registry.Directory;
import org.fdboxfs.registry.Entry;
import org.fdboxfs.registry.Node;
import org.fdboxfs.registry.Registry;
import org.jspecify.annotations.Nullable;

/** What fdboxfs promises under every policy. */
final class Promises {
  /** Verbs that let somebody have an entry. */
  private static final Set<Verb> OPENING = EnumSet.of(Verb.OPEN, Verb.OBTAIN, Verb.TAKE);

  private Promises() {}

  /**
   * All of them.
   *
   * @param stated those of a user
   */
  static List<Promise> with(List<Promise> stated) {
    List<Promise> all = new ArrayList<>();
    all.add(new OneHolder());
    all.add(new ReadOnlyStaysSo());
    all.add(new WholeGroups());
    all.add(new SealedStaysSo());
    all.addAll(stated);
    all.add(new DeniedHasNoEffect()); // settles, so it comes after those that look
    all.add(new NoOrphans());
    return all;
  }

  /** No more holders of an entry than the policy allows: one, of a single-open entry. */
  static final class OneHolder implements Promise {
    @Override
    public String id() {
      return "one-holder";
    }

    @Override
    public String sentence() {
      return "an entry is never open more often than it may be, and a single-open one only once";
    }

    @Override
    public @Nullable String broken(Happened happened) {
      Terms terms = new Terms(happened.simulation());
      for (Grant grant : granted(happened)) {
        Entry entry = terms.entry(grant.inode());
        List<Holding> holdings = entry == null ? List.of() : terms.holdings(entry);
        if (entry != null && holdings.size() > terms.limit(entry)) {
          return entry.path().substring(1) + " is open for " + actors(holdings);
        }
      }
      return null;
    }
  }

  /** No descriptor for more than the handle, the descriptor that was put, and the modes allow. */
  static final class ReadOnlyStaysSo implements Promise {
    @Override
    public String id() {
      return "read-only";
    }

    @Override
    public String sentence() {
      return "a right to read never yields a descriptor that can be written";
    }

    @Override
    public @Nullable String broken(Happened happened) {
      for (SimulatedProcess process : happened.simulation().machine().processes()) {
        for (Held held : process.table().values()) {
          for (Got got : held instanceof Descriptors real ? real.all() : List.<Got>of()) {
            Grant by = got.by();
            String right = by == null ? null : right(by, process, got.file().access());
            if (by != null && right != null) {
              return process.actor()
                  + " has a descriptor of "
                  + by.path()
                  + " that is open for "
                  + got.file().access()
                  + ", "
                  + right;
            }
          }
        }
      }
      return null;
    }

    private static @Nullable String right(Grant by, SimulatedProcess process, Access has) {
      if (has.writes() && !by.asked().writes()) {
        return "by a handle for " + by.asked();
      }
      if (has.writes() && !by.held().writes()) {
        return "where one for " + by.held() + " was put";
      }
      return Terms.modesAllow(by, process, has)
          ? null
          : "where its mode was %04o".formatted(by.mode());
    }
  }

  /** Groups have one holder and are taken whole. */
  static final class WholeGroups implements Promise {
    @Override
    public String id() {
      return "whole-group";
    }

    @Override
    public String sentence() {
      return "the members of a group have one holder, in order, and a set is whole or not at all";
    }

    @Override
    public @Nullable String broken(Happened happened) {
      Terms terms = new Terms(happened.simulation());
      List<Grant> granted = granted(happened);
      Step step = happened.step();
      if (step == null) {
        return null;
      }
      SimulatedProcess by = happened.simulation().living(step.actor());
      for (Grant grant : granted) {
        Entry entry = terms.entry(grant.inode());
        Link link = entry == null ? null : terms.link(entry);
        Directory group = entry == null ? null : entry.parent();
        if (by != null && entry != null && link != null && group != null) {
          String why = inGroup(terms, entry, group, link, by, granted);
          if (why != null) {
            return why;
          }
        }
      }
      return null;
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

  /** A sealed box stays as it is. */
  static final class SealedStaysSo implements Promise {
    @Override
    public String id() {
      return "sealed";
    }

    @Override
    public String sentence() {
      return "nothing goes in or out of a sealed box, changes in it or is opened";
    }

    @Override
    public @Nullable String broken(Happened happened) {
      Sealed now = Sealed.of(happened.simulation());
      for (Map.Entry<String, String> each : happened.sealedBefore().boxes().entrySet()) {
        String name = each.getKey();
        String after = now.boxes().get(name);
        if (after == null) {
          continue; // it was unsealed
        }
        if (!after.equals(each.getValue())) {
          return name + " changed while it was sealed";
        }
        for (Grant grant : granted(happened)) {
          if (grant.path().startsWith(name + "/")) {
            return grant.path() + " was opened while " + name + " was sealed";
          }
        }
      }
      return null;
    }
  }

  /** What is refused leaves everything as it was. */
  static final class DeniedHasNoEffect implements Promise {
    @Override
    public String id() {
      return "no-effect";
    }

    @Override
    public String sentence() {
      return "what is refused has no effect";
    }

    @Override
    public @Nullable String broken(Happened happened) {
      Step step = happened.step();
      if (step == null || happened.outcome().verdict().isOk() || isSeveralCalls(step)) {
        return null;
      }
      String before = happened.settledBefore().get();
      String after = happened.settledAfter().get();
      return before.equals(after) ? null : difference(before, after);
    }

    /** A new file stays when only its size is refused. */
    private static boolean isSeveralCalls(Step step) {
      return step.verb() == Verb.CREATE && step.arguments().size() != null;
    }

    /** Names the first thing that differs: lines begin with a path, or what is a process's own. */
    private static String difference(String before, String after) {
      List<String> lines = new ArrayList<>(after.lines().toList());
      lines.removeAll(before.lines().toList());
      if (lines.isEmpty()) {
        lines.addAll(before.lines().toList());
        lines.removeAll(after.lines().toList());
      }
      String first = lines.isEmpty() ? "something" : lines.get(0).split(" ", 2)[0];
      return (first.startsWith("/") ? first.substring(1) : first) + " is not as it was";
    }
  }

  /** A claim ends when nobody has a handle or a descriptor by it. */
  static final class NoOrphans implements Promise {
    @Override
    public String id() {
      return "no-orphan";
    }

    @Override
    public String sentence() {
      return "no claim outlives its holder";
    }

    @Override
    public boolean isOfState() {
      return true;
    }

    @Override
    public @Nullable String broken(Happened happened) {
      happened.simulation().settle();
      return orphan(happened.simulation());
    }
  }

  /** The opens that a step let in. */
  private static List<Grant> granted(Happened happened) {
    List<Grant> all = happened.simulation().grants();
    return happened.did(OPENING) ? all.subList(happened.grantsBefore(), all.size()) : List.of();
  }

  private static @Nullable String orphan(Simulation settled) {
    Terms terms = new Terms(settled);
    int listed = 0;
    for (Node box : settled.registry().root().children()) {
      for (Entry entry : Registry.entriesBelow((Directory) box)) {
        List<Holding> holdings = terms.holdings(entry, true);
        listed += entry.claims().size();
        if (entry.claims().size() > holdings.size()) {
          return "%s counts %d open, and is open for %s"
              .formatted(entry.path().substring(1), entry.claims().size(), actors(holdings));
        }
      }
    }
    int ofGone = settled.registry().claims() - listed;
    return ofGone > terms.handlesOnGone()
        ? ofGone + " claims are counted on entries that are gone"
        : null;
  }

  private static String actors(List<Holding> holdings) {
    List<String> actors = new ArrayList<>();
    holdings.forEach(holding -> actors.add(holding.process().actor()));
    Collections.sort(actors);
    return actors.isEmpty() ? "nobody" : String.join(" and ", actors);
  }
}
