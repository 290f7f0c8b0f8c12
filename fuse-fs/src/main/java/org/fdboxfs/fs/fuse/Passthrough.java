package org.fdboxfs.fs.fuse;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongPredicate;
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
 * entry decides, and the id stays until the last handle is gone (fs/fuse/iomode.c). A few ids are
 * kept longer, since what was open will often be opened again; they hold on to the memory, so they
 * go when any name is removed.
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

  private static final int MAX_IDLE = 64;

  private final LongPredicate isListed;
  private final Pointer argument = Memory.allocateDirect(Runtime.getSystemRuntime(), 16, true);

  @GuardedBy("this")
  private final Map<Long, Backing> byInode = new HashMap<>();

  /** Ids without a handle, the longest unused first. */
  @GuardedBy("this")
  private final Map<Long, Integer> idle = new LinkedHashMap<>();

  @GuardedBy("this")
  private boolean enabled;

  @GuardedBy("this")
  private int device = -1;

  /**
   * Passthrough that is not enabled yet.
   *
   * @param isListed whether an inode number is that of an entry with a name
   */
  Passthrough(LongPredicate isListed) {
    this.isListed = isListed;
  }

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
      Integer kept = idle.remove(lease.inode());
      backing = new Backing(kept != null ? kept : enabled ? open(lease) : 0);
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
      keepOrClose(lease.inode(), backing.id);
    }
  }

  /**
   * Asks under this lock: whoever removes the name afterwards waits for it, to close what is idle.
   */
  @GuardedBy("this")
  private void keepOrClose(long inode, int id) {
    if (id == 0) {
      return;
    }
    if (!isListed.test(inode)) {
      close(id);
      return;
    }
    idle.put(inode, id);
    if (idle.size() > MAX_IDLE) {
      Iterator<Integer> ids = idle.values().iterator();
      close(ids.next());
      ids.remove();
    }
  }

  /** A name was removed: lets go of what nobody has open. */
  synchronized void closeIdle() {
    for (int id : idle.values()) {
      close(id);
    }
    idle.clear();
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
    argument.putInt(0, id);
    try {
      Linux.ioctl(device, Protocol.BACKING_CLOSE, argument);
    } catch (FsException e) {
      log.warn("backing file {} could not be closed: {}", id, e.errno());
    }
  }
}
