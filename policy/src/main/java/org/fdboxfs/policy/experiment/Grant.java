package org.fdboxfs.policy.experiment;

import org.fdboxfs.model.Access;

/**
 * One open of an entry that was let in, with what was so at that moment: what the handle, and every
 * descriptor that is taken by it, came from. It is itself, whatever else is equal.
 *
 * @param serial counts the opens of a simulation
 * @param inode of the entry
 * @param path of the entry then
 * @param asked what for
 * @param held what the descriptor that was put is open for
 * @param mode of the entry
 * @param uid owner of the entry
 * @param gid group of the entry
 */
record Grant(
    int serial, long inode, String path, Access asked, Access held, int mode, int uid, int gid) {
  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return serial;
  }
}
