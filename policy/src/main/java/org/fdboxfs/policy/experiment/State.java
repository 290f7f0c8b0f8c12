package org.fdboxfs.policy.experiment;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.fdboxfs.model.Access;
import org.fdboxfs.policy.experiment.Terms.Holding;
import org.fdboxfs.registry.Box;
import org.fdboxfs.registry.Directory;
import org.fdboxfs.registry.Entry;
import org.fdboxfs.registry.Node;

/** What is so at a moment of a simulation, in the words of a scenario: paths and actors by name. */
public final class State {
  private final Simulation simulation;
  private final Terms terms;
  private final Map<String, Node> nodes = new TreeMap<>();

  State(Simulation simulation) {
    this.simulation = simulation;
    this.terms = new Terms(simulation);
    collect(simulation.registry().root());
  }

  private void collect(Directory directory) {
    for (Node child : directory.children()) {
      nodes.put(child.path().substring(1), child);
      if (child instanceof Directory below) {
        collect(below);
      }
    }
  }

  private List<String> paths(Predicate<Node> wanted) {
    return nodes.entrySet().stream()
        .filter(each -> wanted.test(each.getValue()))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Paths of all entries, sorted. */
  public List<String> entries() {
    return paths(Entry.class::isInstance);
  }

  /** Names of all boxes, sorted. */
  public List<String> boxes() {
    return paths(Box.class::isInstance);
  }

  /** Names of all actors, in the order of the scenario. */
  public List<String> actors() {
    return simulation.actors();
  }

  /** Whether there is an entry, a directory or a box. */
  public boolean exists(String path) {
    return nodes.containsKey(path);
  }

  /** The word for the kind of an entry; empty for what is none. */
  public String kind(String path) {
    return nodes.get(path) instanceof Entry entry ? entry.kind().label() : "";
  }

  /** Permission bits; -1 for what is not there. */
  public long mode(String path) {
    Node node = nodes.get(path);
    return node == null ? -1 : node.mode();
  }

  /** Uid of the owner; -1 for what is not there. */
  public long uid(String path) {
    Node node = nodes.get(path);
    return node == null ? -1 : Integer.toUnsignedLong(node.uid());
  }

  /** Group; -1 for what is not there. */
  public long gid(String path) {
    Node node = nodes.get(path);
    return node == null ? -1 : Integer.toUnsignedLong(node.gid());
  }

  /** Whether a path is in a box that is sealed, or is one. */
  public boolean sealed(String path) {
    Node node = nodes.get(path);
    Box box = node == null ? null : node.box();
    return box != null && box.isSealed();
  }

  /** How many claims the guard counts on an entry. */
  public long claims(String path) {
    return nodes.get(path) instanceof Entry entry ? entry.claims().size() : 0;
  }

  /** The actors that have an entry open, or a descriptor that they took by opening it. */
  public List<String> holders(String path) {
    return holders(path, access -> true);
  }

  /** Those that can read by what they have. */
  public List<String> readers(String path) {
    return holders(path, Access::reads);
  }

  /** Those that can write by what they have. */
  public List<String> writers(String path) {
    return holders(path, Access::writes);
  }

  private List<String> holders(String path, Predicate<Access> wanted) {
    TreeSet<String> actors = new TreeSet<>();
    if (nodes.get(path) instanceof Entry entry) {
      for (Holding holding : terms.holdings(entry, true)) {
        if (wanted.test(holding.access())) {
          actors.add(holding.process().actor());
        }
      }
    }
    return List.copyOf(actors);
  }

  /** Whether the process of an actor lives. */
  public boolean alive(String actor) {
    return simulation.living(actor) != null;
  }

  /** For people, a line for each box, directory and entry. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    nodes.forEach((path, node) -> lines.add(line(path, node)));
    return lines;
  }

  private String line(String path, Node node) {
    StringBuilder line = new StringBuilder(path);
    line.append(node instanceof Directory ? "/ " : " " + kind(path) + " ");
    line.append("%04o %d:%d".formatted(node.mode(), uid(path), gid(path)));
    if (node instanceof Box box && box.isSealed()) {
      line.append(", sealed");
    }
    if (node instanceof Directory directory && terms.link(directory) != null) {
      line.append(", group");
    }
    if (node instanceof Entry entry) {
      line.append(", claims ").append(entry.claims().size());
      for (Holding holding : terms.holdings(entry, true)) {
        line.append(", ").append(holding.process().actor()).append(" has it for ");
        line.append(holding.access());
      }
    }
    return line.toString();
  }
}
