package org.fdboxfs.registry;

/** What one user holds; counts what the user owns, not what it put. */
public final class Account {
  private int boxes;
  private int entries;
  private int directories;
  private int claims;
  private long bytes;
  private long attributeBytes;

  public int boxes() {
    return boxes;
  }

  public int entries() {
    return entries;
  }

  /** Directories inside boxes. */
  public int directories() {
    return directories;
  }

  /** Handles that the user opened and that are not closed. */
  public int claims() {
    return claims;
  }

  /** Sum of the sizes of memory entries. */
  public long bytes() {
    return bytes;
  }

  /** Sum of names and values of extended attributes. */
  public long attributeBytes() {
    return attributeBytes;
  }

  void addClaims(int by) {
    claims += by;
  }

  void addBytes(long by) {
    bytes += by;
  }

  void addAttributeBytes(long by) {
    attributeBytes += by;
  }

  /** Counts a node with all that it carries in, or out. */
  void addNode(Node node, int by) {
    attributeBytes += (long) by * node.xattrBytes();
    if (node instanceof Entry entry) {
      entries += by;
      bytes += by * entry.accountedBytes();
    } else if (node instanceof Box) {
      boxes += by;
    } else {
      directories += by;
    }
  }

  boolean isEmpty() {
    return boxes == 0
        && entries == 0
        && directories == 0
        && claims == 0
        && bytes == 0
        && attributeBytes == 0;
  }
}
