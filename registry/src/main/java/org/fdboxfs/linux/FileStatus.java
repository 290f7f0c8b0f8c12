package org.fdboxfs.linux;

import org.fdboxfs.model.Descriptor;
import org.fdboxfs.model.Timestamp;

/**
 * What statx(2) says of an open file.
 *
 * @param mode type and permission bits
 * @param uid of the owner
 * @param device of the filesystem, major and minor as in {@code /proc/self/mountinfo}
 * @param rdevice of a device node, likewise
 */
public record FileStatus(
    int mode,
    int uid,
    long inode,
    long size,
    long blocks,
    Timestamp accessed,
    Timestamp modified,
    Timestamp changed,
    String device,
    String rdevice) {
  private static final int S_IFMT = 0170000;

  /** The S_IFMT bits of a mode. */
  public enum Type {
    FIFO(0010000),
    CHARACTER(0020000),
    DIRECTORY(0040000),
    BLOCK(0060000),
    REGULAR(0100000),
    LINK(0120000),
    SOCKET(0140000),
    /** Anonymous inodes have no type. */
    NONE(0);

    private final int bits;

    Type(int bits) {
      this.bits = bits;
    }
  }

  public Type type() {
    for (Type type : Type.values()) {
      if (type.bits == (mode & S_IFMT)) {
        return type;
      }
    }
    return Type.NONE;
  }

  Descriptor.Stat content() {
    return new Descriptor.Stat(size, blocks, accessed, modified, changed);
  }
}
