package org.fdboxfs.registry;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.fdboxfs.model.Timestamp;
import org.jspecify.annotations.Nullable;

/** A directory: the root, a box, or one inside a box. */
public sealed class Directory extends Node permits Box {
  private final Map<String, Node> children = new HashMap<>();
  private final Set<Entry> claimed = new HashSet<>();
  private int subdirectories;
  private int linkingMembers;
  private Timestamp accessed;
  private Timestamp modified;

  Directory(long inode, String name, Ownership owner, Timestamp now) {
    super(inode, name, owner, now);
    this.accessed = now;
    this.modified = now;
  }

  /** 0 for the root, 1 for a box. */
  public int depth() {
    int depth = 0;
    for (Directory above = parent(); above != null; above = above.parent()) {
      depth++;
    }
    return depth;
  }

  /** Levels of directories below this one. */
  int height() {
    int height = 0;
    for (Node child : children.values()) {
      if (child instanceof Directory directory) {
        height = Math.max(height, 1 + directory.height());
      }
    }
    return height;
  }

  public boolean isRoot() {
    return name().isEmpty();
  }

  @Override
  public boolean linked() {
    return isRoot() || super.linked();
  }

  /** The child of that name, or null. */
  public @Nullable Node child(String name) {
    return children.get(name);
  }

  public Collection<Node> children() {
    return children.values();
  }

  public int subdirectories() {
    return subdirectories;
  }

  /** The members that somebody has open: what a group's rules look at. */
  public Set<Entry> claimed() {
    return claimed;
  }

  /** Whether a member is of a kind that makes a directory a group by default. */
  public boolean hasLinkingMember() {
    return linkingMembers > 0;
  }

  public Timestamp accessed() {
    return accessed;
  }

  public Timestamp modified() {
    return modified;
  }

  @Override
  public void setTimes(@Nullable Timestamp accessed, @Nullable Timestamp modified, Timestamp now) {
    this.accessed = accessed == null ? this.accessed : accessed;
    this.modified = modified == null ? this.modified : modified;
    touchChanged(now);
  }

  /** Somebody read what the directory holds. */
  public void markRead(Timestamp now) {
    this.accessed = now;
  }

  void add(Node node, String name, Timestamp now) {
    children.put(name, node);
    node.link(this, name);
    count(node, 1);
    contentsChanged(now);
  }

  void remove(Node node, Timestamp now) {
    children.remove(node.name());
    node.unlink();
    count(node, -1);
    contentsChanged(now);
  }

  void claimsChanged(Entry member) {
    if (member.claims().isEmpty()) {
      claimed.remove(member);
    } else {
      claimed.add(member);
    }
  }

  private void count(Node node, int by) {
    if (node instanceof Entry entry) {
      linkingMembers += entry.kind().linksGroup() ? by : 0;
      if (by < 0) {
        claimed.remove(entry);
      } else {
        claimsChanged(entry);
      }
    } else {
      subdirectories += by;
    }
  }

  private void contentsChanged(Timestamp now) {
    modified = now;
    touchChanged(now);
  }
}
