package org.fdboxfs.policy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.fdboxfs.registry.Directory;
import org.fdboxfs.registry.Node;

/** What a directory held at one moment, so that reading it goes on in one piece. */
public final class Listing {
  private final String[] names;
  private final long[] inodes;
  private final boolean[] directories;
  private final long inode;
  private final long parentInode;

  Listing(Directory directory) {
    Collection<Node> children = directory.children();
    names = new String[children.size()];
    inodes = new long[children.size()];
    directories = new boolean[children.size()];
    int at = 0;
    for (Node child : children) {
      names[at] = child.name();
      inodes[at] = child.inode();
      directories[at++] = child instanceof Directory;
    }
    inode = directory.inode();
    Directory parent = directory.parent();
    parentInode = parent == null ? inode : parent.inode();
  }

  private Listing(Builder builder) {
    names = builder.names.toArray(String[]::new);
    inodes = builder.inodes.stream().mapToLong(Long::longValue).toArray();
    directories = new boolean[names.length];
    inode = builder.inode;
    parentInode = builder.parentInode;
  }

  /** Makes the listing of a directory that a front end shows and the guard knows nothing of. */
  public static final class Builder {
    private final long inode;
    private final long parentInode;
    private final List<String> names = new ArrayList<>();
    private final List<Long> inodes = new ArrayList<>();

    public Builder(long inode, long parentInode) {
      this.inode = inode;
      this.parentInode = parentInode;
    }

    /** Adds a file. */
    public void add(String name, long itsInode) {
      names.add(name);
      inodes.add(itsInode);
    }

    public Listing build() {
      return new Listing(this);
    }
  }

  public int size() {
    return names.length;
  }

  public String name(int index) {
    return names[index];
  }

  public long inode(int index) {
    return inodes[index];
  }

  public boolean isDirectory(int index) {
    return directories[index];
  }

  /** Of the directory itself. */
  public long inode() {
    return inode;
  }

  public long parentInode() {
    return parentInode;
  }
}
