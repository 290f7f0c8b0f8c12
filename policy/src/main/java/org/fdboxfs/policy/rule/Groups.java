package org.fdboxfs.policy.rule;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.fdboxfs.registry.Directory;
import org.fdboxfs.registry.Entry;
import org.fdboxfs.registry.Node;
import org.jspecify.annotations.Nullable;

/** Which directories are groups, and what depends on what in them. */
public final class Groups {
  /** The attribute of a directory that marks it as a group; wins over the policy. */
  public static final String LINK_MARK = "user.fdbox.link";

  /** The attribute of a member that names what it depends on, separated by slashes. */
  public static final String AFTER_MARK = "user.fdbox.after";

  /** A group of the policy. */
  public record Configured(Match match, Link link) {}

  private static final Link DEFAULT =
      new Link("default", Link.Open.RESERVE, Link.Holder.PROCESS, Link.DEFAULT_ORDER);

  private final List<Configured> configured;

  public Groups(List<Configured> configured) {
    this.configured = List.copyOf(configured);
  }

  /** How the members of a directory belong together; null when it is a plain directory. */
  public @Nullable Link linkOf(Directory directory) {
    if (directory.isRoot()) {
      return null;
    }
    Link link = ruleFor(directory);
    Optional<Link.Open> mark = mark(directory);
    if (mark.isPresent()) {
      Link base = link == null ? DEFAULT : link;
      link = new Link("mark", mark.get(), base.holder(), base.order());
    }
    return link == null || link.open() == Link.Open.NONE ? null : link;
  }

  private @Nullable Link ruleFor(Directory directory) {
    for (Configured group : configured) {
      if (group.match().matchesDirectory(directory)) {
        return group.link();
      }
    }
    return directory.hasLinkingMember() ? DEFAULT : null;
  }

  private static Optional<Link.Open> mark(Directory directory) {
    byte[] mark = directory.xattrs().get(LINK_MARK);
    return mark == null
        ? Optional.empty()
        : Link.Open.byLabel(new String(mark, StandardCharsets.UTF_8));
  }

  /**
   * The names that a member says it depends on; null when it says nothing.
   *
   * @param member whose attribute is read
   */
  public static @Nullable List<String> marked(Entry member) {
    byte[] mark = member.xattrs().get(AFTER_MARK);
    return mark == null ? null : names(new String(mark, StandardCharsets.UTF_8));
  }

  /** Splits the value of {@link #AFTER_MARK}; a name has no slash, so that is what separates. */
  public static List<String> names(String value) {
    List<String> names = new ArrayList<>();
    for (String name : value.split("/", -1)) {
      if (!name.isEmpty()) {
        names.add(name);
      }
    }
    return names;
  }

  /** Names that a member depends on: what it says itself, else by the order of kinds. */
  public static List<String> dependencies(Entry member, Directory group, Link link) {
    List<String> marked = marked(member);
    if (marked != null) {
      return marked;
    }
    // By default iommufd comes before vfio-*, and those are two ways to the same hardware.
    boolean byDefault = link.order().equals(Link.DEFAULT_ORDER);
    int rank = link.order().indexOf(member.kind());
    List<String> names = new ArrayList<>();
    if (rank > 0) {
      for (Node other : group.children()) {
        if (other instanceof Entry entry) {
          int otherRank = link.order().indexOf(entry.kind());
          boolean bothVfio = entry.kind().singleOpen() && member.kind().singleOpen();
          if (otherRank >= 0 && otherRank < rank && !(bothVfio && byDefault)) {
            names.add(entry.name());
          }
        }
      }
    }
    return names;
  }

  /**
   * The members of a group, each after those that it depends on, else by name.
   *
   * @param link of the group
   */
  public static List<Entry> inOrder(Directory group, Link link) {
    TreeMap<String, Entry> left = new TreeMap<>();
    for (Node child : group.children()) {
      if (child instanceof Entry entry) {
        left.put(entry.name(), entry);
      }
    }
    List<Entry> ordered = new ArrayList<>();
    while (!left.isEmpty()) {
      addAfterDependencies(left.firstEntry().getValue(), group, link, left, ordered);
    }
    return ordered;
  }

  /** What was asked for already is not in {@code left} any more, so a cycle ends. */
  private static void addAfterDependencies(
      Entry member, Directory group, Link link, Map<String, Entry> left, List<Entry> ordered) {
    left.remove(member.name());
    for (String name : dependencies(member, group, link)) {
      Entry needed = left.get(name);
      if (needed != null) {
        addAfterDependencies(needed, group, link, left, ordered);
      }
    }
    ordered.add(member);
  }
}
