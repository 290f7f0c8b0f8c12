package org.fdboxfs.fs.fuse;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.HashMap;
import java.util.Map;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.fdboxfs.linux.Linux;
import org.fdboxfs.model.FsException;
import org.fdboxfs.policy.Lease;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Backing files of FUSE passthrough: the kernel then reads, writes and maps the held memory itself.
 * It wants all overlapping opens of a node to use one backing id, or none: so the first open of an
 * entry decides, and the id stays until the last handle is gone (fs/fuse/iomode.c).
 */
final class Passthrough {
  private static final Logger log = LoggerFactory.getLogger(Passthrough.class);

  /** How an entry is open at the moment; id 0 is forwarded. */
  private static final class Backing {
    private final int id;
    private int handles;

    Backing(int id) {
      this.id = id;
    }
  }

  private final Pointer argument = Memory.allocateDirect(Runtime.getSystemRuntime(), 16, true);

  @GuardedBy("this")
  private final Map<Long, Backing> byInode = new HashMap<>();

  @GuardedBy("this")
  private boolean enabled;

  @GuardedBy("this")
  private int device = -1;

  /** Starts, when the kernel has agreed. */
  synchronized void enable(int fuseDevice) {
    device = fuseDevice;
    enabled = true;
  }

  synchronized boolean isEnabled() {
    return enabled;
  }

  /** The backing id for one more handle on an entry; 0 when its content is forwarded. */
  synchronized int acquire(Lease lease) {
    Backing backing = byInode.get(lease.inode());
    if (backing == null) {
      backing = new Backing(enabled ? open(lease) : 0);
      byInode.put(lease.inode(), backing);
    }
    backing.handles++;
    return backing.id;
  }

  /** One handle less. */
  synchronized void release(Lease lease) {
    Backing backing = byInode.get(lease.inode());
    if (backing != null && --backing.handles == 0) {
      byInode.remove(lease.inode());
      close(backing.id);
    }
  }

  @GuardedBy("this")
  private int open(Lease lease) {
    argument.putInt(0, lease.descriptor().number());
    argument.putInt(4, 0);
    argument.putLong(8, 0);
    try {
      return Linux.ioctl(device, Protocol.BACKING_OPEN, argument);
    } catch (FsException e) {
      log.info("memory is forwarded from now on, FUSE passthrough refused: {}", e.errno());
      enabled = false;
      return 0;
    }
  }

  @GuardedBy("this")
  private void close(int id) {
    if (id == 0) {
      return;
    }
    argument.putInt(0, id);
    try {
      Linux.ioctl(device, Protocol.BACKING_CLOSE, argument);
    } catch (FsException e) {
      log.warn("backing file {} could not be closed: {}", id, e.errno());
    }
  }
}
