package org.fdboxfs.chardev;

import org.fdboxfs.linux.LinuxDescriptors;
import org.fdboxfs.linux.ProcTable;
import org.fdboxfs.model.FsException;
import org.fdboxfs.policy.Guard;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The character device of a mount; lives as long as the process. */
public final class Chardev {
  private static final Logger log = LoggerFactory.getLogger(Chardev.class);

  private final Guard guard;
  private final ProcTable processes;
  private final Ioctls ioctls;

  /**
   * Makes what the ioctls need, and nothing in {@code /dev} yet.
   *
   * @throws FsException there are no descriptors left
   */
  public Chardev(Guard guard, LinuxDescriptors descriptors, ProcTable processes)
      throws FsException {
    this.guard = guard;
    this.processes = processes;
    this.ioctls =
        new Ioctls(guard, descriptors, Deliveries.start(guard, descriptors), Callers.of(processes));
  }

  /** For the files of the mount. */
  public Ioctls ioctls() {
    return ioctls;
  }

  /** Makes the nodes in {@code /dev/fdbox}, or says why there are none. */
  public void makeNodes() {
    try {
      CuseNodes.start(guard, ioctls, processes);
    } catch (FsException e) {
      log.warn("there is no /dev/fdbox, only .fdbox/chardev of the mount: {}", e.getMessage());
    }
  }
}
