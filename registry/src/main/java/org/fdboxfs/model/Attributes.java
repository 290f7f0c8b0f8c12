package org.fdboxfs.model;

/**
 * What stat(2) shows of a node.
 *
 * @param mode the permission bits with set-id and sticky bits (07777), without the type
 * @param size in bytes
 * @param blocks in units of 512 bytes
 * @param lasting whether they change through the mount only, so that the kernel may believe them
 *     for a while; the size of memory that others hold does not
 */
public record Attributes(
    long inode,
    Type type,
    int mode,
    int links,
    int uid,
    int gid,
    long size,
    long blocks,
    Timestamp accessed,
    Timestamp modified,
    Timestamp changed,
    boolean lasting) {
  /** What a node looks like; every entry looks like a regular file. */
  public enum Type {
    DIRECTORY(0040000),
    FILE(0100000),
    /** Only where the control directory tells of the sockets. */
    LINK(0120000);

    private final int bits;

    Type(int bits) {
      this.bits = bits;
    }
  }

  public boolean directory() {
    return type == Type.DIRECTORY;
  }

  /** Type and permission bits together. */
  public int fullMode() {
    return mode | type.bits;
  }
}
