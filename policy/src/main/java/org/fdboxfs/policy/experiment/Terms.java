package org.fdboxfs.policy.experiment;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Caller.Power;
import org.fdboxfs.policy.PolicySettings;
import org.fdboxfs.policy.PolicySettings.RuleSetting;
import org.fdboxfs.policy.experiment.kernel.Held;
import org.fdboxfs.policy.experiment.kernel.SimulatedProcess;
import org.fdboxfs.policy.rule.Condition;
import org.fdboxfs.policy.rule.Groups;
import org.fdboxfs.policy.rule.Link;
import org.fdboxfs.policy.rule.Operation;
import org.fdboxfs.policy.rule.Request;
import org.fdboxfs.registry.Directory;
import org.fdboxfs.registry.Entry;
import org.fdboxfs.registry.Node;
import org.fdboxfs.registry.Ownership;
import org.jspecify.annotations.Nullable;

/**
 * What a policy promises, and who has what: read from the settings and from the tables of the
 * processes, and not from what the guard counts, so that the guard can be held to it.
 */
final class Terms {
  private static final int READ = 4;
  private static final int WRITE = 2;
  private static final int SEARCH = 1;

  private final Simulation simulation;
  private final Groups groups;

  Terms(Simulation simulation) {
    this.simulation = simulation;
    this.groups =
        new Groups(
            simulation.settings().groups().stream()
                .map(group -> new Groups.Configured(group.match(), group.link()))
                .toList());
  }

  /** Whether it matters who has the descriptor of what was opened. */
  boolean matters(Grant grant) {
    Entry entry = entry(grant.inode());
    return entry != null
        && (limit(entry) < PolicySettings.UNLIMITED
            || (grant.asked().writes() && writerLimit(entry) < PolicySettings.UNLIMITED)
            || link(entry) != null);
  }

  /** The directory that a path is in; null when there is none. */
  @Nullable Directory directoryOf(String path) {
    int slash = path.lastIndexOf('/');
    Node parent = simulation.at(slash < 0 ? "." : path.substring(0, slash));
    return parent instanceof Directory directory ? directory : null;
  }

  /** The entry of an inode number; null when it has left. */
  @Nullable Entry entry(long inode) {
    return simulation.registry().byInode(inode) instanceof Entry entry ? entry : null;
  }

  /** How the members of the directory that an entry is in belong together; null when not. */
  @Nullable Link link(Entry entry) {
    Directory directory = entry.parent();
    return directory == null ? null : link(directory);
  }

  @Nullable Link link(Directory directory) {
    return groups.linkOf(directory);
  }

  /**
   * How many may have an entry open at a time, whoever they are. Limits that depend on more than
   * the name and kind cannot be told here and are none.
   */
  int limit(Entry entry) {
    int byNature = entry.kind().singleOpen() ? 1 : PolicySettings.UNLIMITED;
    return first(entry, RuleSetting::opens, byNature);
  }

  /** The same of those that have it open for writing. */
  int writerLimit(Entry entry) {
    return first(entry, RuleSetting::writers, PolicySettings.UNLIMITED);
  }

  private int first(Entry entry, Function<RuleSetting, @Nullable Integer> limit, int otherwise) {
    Caller anybody = new Caller(0, 0, 0, simulation.machine());
    Request request =
        Request.about(simulation.registry(), Operation.OPEN, anybody, entry, Access.READ_WRITE);
    for (RuleSetting rule : simulation.settings().rules()) {
      Integer most = limit.apply(rule);
      if (most != null && rule.match().matches(request)) {
        return rule.when() == Condition.ALWAYS ? most : PolicySettings.UNLIMITED;
      }
    }
    return otherwise;
  }

  /** All entries of a box, or of all boxes below the root. */
  static List<Entry> entries(Directory directory) {
    List<Entry> entries = new ArrayList<>();
    for (Node child : directory.children()) {
      if (child instanceof Entry entry) {
        entries.add(entry);
      } else if (child instanceof Directory below) {
        entries.addAll(entries(below));
      }
    }
    return entries;
  }

  /**
   * The opens by which somebody has an entry at this moment, with who that is: of descriptors,
   * where it mattered when they were taken.
   */
  List<Holding> holdings(Entry entry) {
    return holdings(entry, false);
  }

  /** The same with all descriptors that were taken. */
  List<Holding> holdings(Entry entry, boolean all) {
    List<Holding> holdings = new ArrayList<>();
    Set<Grant> seen = new LinkedHashSet<>();
    for (Holding open : open()) {
      if (open.grant().inode() == entry.inode() && seen.add(open.grant())) {
        holdings.add(open);
      }
    }
    for (Taking taking : simulation.takings()) {
      SimulatedProcess process = simulation.machine().process(taking.process());
      Grant grant = taking.grant();
      boolean ofEntry = (all || taking.counts()) && grant.inode() == entry.inode();
      if (ofEntry && process != null && seen.add(grant)) {
        holdings.add(new Holding(grant, process, taking.file().access()));
      }
    }
    return holdings;
  }

  /** How many handles are open on entries that have left. */
  int handlesOnGone() {
    return (int) open().stream().filter(each -> entry(each.grant().inode()) == null).count();
  }

  /** The opens of all handles of the mount that somebody has. */
  List<Holding> open() {
    List<Holding> open = new ArrayList<>();
    for (SimulatedProcess process : simulation.machine().processes()) {
      for (Held held : process.table().values()) {
        MountHandle handle = MountHandle.of(held);
        if (handle != null && handle.generation() == simulation.generation()) {
          handle.grants().forEach(each -> open.add(new Holding(each, process, each.asked())));
        }
      }
    }
    return open;
  }

  /** One open by which a process has an entry, by a handle or by a descriptor that was taken. */
  record Holding(Grant grant, SimulatedProcess process, Access access) {}

  /** Those who have it, by name. */
  static String actors(List<Holding> holdings) {
    List<String> actors = new ArrayList<>();
    holdings.forEach(holding -> actors.add(holding.process().actor()));
    Collections.sort(actors);
    return actors.isEmpty() ? "nobody" : String.join(" and ", actors);
  }

  /** Whether two processes count as the same holder of a group. */
  static boolean sameHolder(SimulatedProcess one, SimulatedProcess other, Link.Holder holder) {
    return switch (holder) {
      case PROCESS -> one.key().equals(other.key());
      case USER -> one.credentials().uid() == other.credentials().uid();
      case CGROUP ->
          !one.credentials().cgroup().isEmpty()
              && one.credentials().cgroup().equals(other.credentials().cgroup());
    };
  }

  /** The members of a group. */
  static List<Entry> members(Directory directory) {
    List<Entry> members = new ArrayList<>();
    for (Node child : directory.children()) {
      if (child instanceof Entry entry) {
        members.add(entry);
      }
    }
    return members;
  }

  /** Whether mode bits, as they were at the open, let somebody have what it has. */
  boolean modesAllow(Grant grant, SimulatedProcess process, Access access) {
    int wanted = (access.reads() ? READ : 0) | (access.writes() ? WRITE : 0);
    Ownership owner = new Ownership(grant.uid(), grant.gid(), grant.mode());
    return modesAllow(owner, process, wanted);
  }

  /** Whether mode bits let somebody change what is in a directory. */
  boolean modesAllowChange(Directory directory, SimulatedProcess process) {
    Ownership owner = new Ownership(directory.uid(), directory.gid(), directory.mode());
    return modesAllow(owner, process, WRITE | SEARCH);
  }

  private boolean modesAllow(Ownership owner, SimulatedProcess process, int wanted) {
    if (!modesCount()) {
      return true;
    }
    Caller caller = process.onMount();
    int bits = owner.mode();
    if (caller.uid() == owner.uid()) {
      bits >>= 6;
    } else if (caller.inGroup(owner.gid())) {
      bits >>= 3;
    }
    bits |= caller.has(Power.DAC_OVERRIDE) ? READ | WRITE | SEARCH : 0;
    bits |= caller.has(Power.DAC_READ_SEARCH) ? READ | SEARCH : 0;
    return (bits & wanted) == wanted;
  }

  private boolean modesCount() {
    return simulation.settings().modes() == PolicySettings.Modes.ENFORCED;
  }

  /** Whether somebody may do with a node what only its owner may, whether modes count or not. */
  static boolean mayAsOwner(Node node, SimulatedProcess process) {
    Caller caller = process.onMount();
    return process.owns(node) || caller.has(Power.FOWNER) || caller.isRoot();
  }
}
