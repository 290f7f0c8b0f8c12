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
    boolean directory,
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
  private static final int S_IFDIR = 0040000;
  private static final int S_IFREG = 0100000;

  /** Type and permission bits together; every entry looks like a regular file. */
  public int fullMode() {
    return mode | (directory ? S_IFDIR : S_IFREG);
  }
}
