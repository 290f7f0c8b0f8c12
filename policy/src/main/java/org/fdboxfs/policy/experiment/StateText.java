package org.fdboxfs.policy.experiment;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.fdboxfs.model.Caller.ProcessKey;
import org.fdboxfs.policy.Lease;
import org.fdboxfs.policy.experiment.Descriptors.Got;
import org.fdboxfs.policy.experiment.kernel.Content;
import org.fdboxfs.policy.experiment.kernel.Held;
import org.fdboxfs.policy.experiment.kernel.OpenFile;
import org.fdboxfs.policy.experiment.kernel.SimulatedDescriptor;
import org.fdboxfs.policy.experiment.kernel.SimulatedProcess;
import org.fdboxfs.registry.Box;
import org.fdboxfs.registry.Claim;
import org.fdboxfs.registry.Directory;
import org.fdboxfs.registry.Entry;
import org.fdboxfs.registry.Node;

/**
 * All of the state that decides what can happen next, as a text in which nothing depends on how the
 * state was come to: process ids, inode numbers and times that nobody asks for are left out, and
 * what is itself (open files, removed entries) is numbered in the order in which it is met.
 */
final class StateText {
  private final Simulation simulation;
  private final StringBuilder text = new StringBuilder(512);
  private final IdentityHashMap<Object, Integer> numbers = new IdentityHashMap<>();
  private final Map<Long, Integer> inodes = new HashMap<>();

  /** Whether a condition asks how old entries are. */
  private final boolean ages;

  /** Whether only what a box keeps is told, and not what those do who have it open. */
  private final boolean treeOnly;

  private StateText(Simulation simulation, boolean treeOnly) {
    this.simulation = simulation;
    this.treeOnly = treeOnly;
    this.ages = simulation.settings().rules().stream().anyMatch(rule -> rule.when().asksAge());
  }

  static String of(Simulation simulation) {
    StateText state = new StateText(simulation, false);
    state.directory(simulation.registry().root());
    for (SimulatedProcess process : state.byActor()) {
      state.process(process);
    }
    state.simulation.unreleased().forEach(handle -> state.handle("closed", handle));
    state.takings();
    return state.text.toString();
  }

  /**
   * Only what is in one directory, without who has it open and what they write: to compare two
   * moments of one simulation.
   */
  static String ofTree(Simulation simulation, Directory directory) {
    StateText state = new StateText(simulation, true);
    state.directory(directory);
    return state.text.toString();
  }

  private int number(Object itself) {
    return numbers.computeIfAbsent(itself, any -> numbers.size());
  }

  /** By the path where the entry is listed; one that has left is numbered. */
  private String entry(long inode) {
    Node node = simulation.registry().byInode(inode);
    return node != null
        ? node.path()
        : "gone" + inodes.computeIfAbsent(inode, any -> inodes.size());
  }

  private void directory(Directory directory) {
    List<Node> children = new ArrayList<>(directory.children());
    children.sort(Comparator.comparing(Node::name));
    for (Node child : children) {
      text.append(child.path()).append(' ').append(Integer.toOctalString(child.mode()));
      text.append(' ').append(child.uid()).append(':').append(child.gid());
      child
          .xattrs()
          .forEach(
              (key, value) ->
                  text.append(' ')
                      .append(key)
                      .append('=')
                      .append(new String(value, StandardCharsets.UTF_8)));
      origin(child);
      if (child instanceof Directory below) {
        text.append(below instanceof Box box && box.isSealed() ? " sealed\n" : "\n");
        directory(below);
      } else if (child instanceof Entry entry) {
        if (treeOnly) {
          text.append(" inode ").append(entry.inode()).append('\n');
        } else {
          entry(entry);
        }
      }
    }
  }

  /** Who put or made it, which conditions may ask, as its owner may be another by now. */
  private void origin(Node node) {
    text.append(' ').append(simulation.actorWith(node.putter()));
    ProcessKey maker = node instanceof Box box ? box.maker() : null;
    if (maker != null) {
      text.append(" by ").append(shown(maker));
    }
    if (ages) {
      text.append(" since ").append(node.made().seconds());
    }
  }

  private void entry(Entry entry) {
    text.append(' ').append(entry.accountedBytes()).append(' ');
    file(((SimulatedDescriptor) entry.descriptor()).file());
    claims(entry);
    text.append('\n');
  }

  private void claims(Entry entry) {
    List<String> claims = new ArrayList<>();
    for (Claim claim : entry.claims()) {
      claims.add(
          " " + shown(claim.process()) + "/" + claim.access() + "/" + claim.uid() + claim.cgroup());
    }
    Collections.sort(claims);
    claims.forEach(text::append);
  }

  private String shown(ProcessKey process) {
    SimulatedProcess living = simulation.machine().process(process);
    return living == null ? "dead" : living.actor();
  }

  private Set<String> living(Set<ProcessKey> processes) {
    Set<String> actors = new TreeSet<>();
    for (ProcessKey key : processes) {
      SimulatedProcess process = simulation.machine().process(key);
      if (process != null) {
        actors.add(process.actor());
      }
    }
    return actors;
  }

  private void file(OpenFile file) {
    Content content = file.content();
    text.append(file.kind()).append('#').append(number(file)).append('/').append(file.access());
    text.append("@").append(number(content)).append(':').append(content.size());
    text.append(content.read(Long.MAX_VALUE));
  }

  private List<SimulatedProcess> byActor() {
    List<SimulatedProcess> processes = new ArrayList<>(simulation.machine().processes());
    processes.removeIf(process -> process.table().isEmpty());
    processes.sort(Comparator.comparing(SimulatedProcess::actor));
    return processes;
  }

  private void process(SimulatedProcess process) {
    text.append('[').append(process.actor()).append("]\n");
    for (Map.Entry<String, Held> each : process.table().entrySet()) {
      if (each.getValue() instanceof MountHandle handle) {
        handle(each.getKey(), handle);
      } else {
        Descriptors real = (Descriptors) each.getValue();
        if (real.claim() != null) {
          handle("with", real.claim());
        }
        text.append(each.getKey());
        for (Got got : real.all()) {
          text.append(' ');
          file(got.file());
          if (got.by() != null) {
            grant(got.by());
          }
        }
        text.append('\n');
      }
    }
  }

  private void handle(String name, MountHandle handle) {
    text.append(name).append(' ').append(handle.access());
    if (handle.generation() != simulation.generation()) {
      text.append(" lost\n");
      return;
    }
    Directory directory = handle.node();
    if (directory != null) {
      text.append(" directory ").append(number(directory));
      text.append(directory.linked() ? directory.path() : "");
    }
    for (Lease lease : handle.leases()) {
      text.append(' ').append(entry(lease.inode())).append('/').append(lease.access()).append(' ');
      file(((SimulatedDescriptor) lease.descriptor()).file());
    }
    handle.grants().forEach(this::grant);
    text.append('\n');
  }

  /** Who it is said to be of, and what was so then, is what later takes are judged by. */
  private void grant(Grant grant) {
    text.append(" <").append(entry(grant.inode())).append(' ').append(number(grant));
    text.append(grant.asked()).append(grant.held()).append(Integer.toOctalString(grant.mode()));
    text.append(grant.uid()).append(':').append(grant.gid()).append('>');
  }

  private void takings() {
    for (Taking taking : simulation.takings()) {
      text.append("taken by ").append(shown(taking.process())).append(' ');
      file(taking.file());
      grant(taking.grant());
      text.append(taking.counts());
      if (taking.taker() != null) {
        text.append(living(taking.taker().before()));
      }
      text.append('\n');
    }
  }
}
