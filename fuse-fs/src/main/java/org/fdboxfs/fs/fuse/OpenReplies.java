package org.fdboxfs.fs.fuse;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.fdboxfs.fs.FdBoxFs;
import org.fdboxfs.fs.Handle;
import org.fdboxfs.policy.Lease;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel is told about a handle when it is opened, and which handles a node has open. Both
 * are beyond libfuse 2: it has no word for most flags, and loses a node with its last name.
 */
final class OpenReplies {
  /** How an open is answered. */
  record Answer(int flags, int backing) {}

  private record Opened(long node, Handle handle, boolean throughLibfuse) {}

  private final FdBoxFs fs;
  private final Passthrough passthrough;

  @GuardedBy("this")
  private final Map<Long, Opened> byHandle = new HashMap<>();

  @GuardedBy("this")
  private final Map<Long, Set<Long>> byNode = new HashMap<>();

  OpenReplies(FdBoxFs fs, Passthrough passthrough) {
    this.fs = fs;
    this.passthrough = passthrough;
  }

  /**
   * Notes a handle and says how its open is answered.
   *
   * @param node the kernel's number of the node
   * @param throughLibfuse whether libfuse counts the open, and so wants to see its end
   */
  Answer opened(long node, long number, boolean throughLibfuse) {
    Handle handle = fs.handles().find(number);
    if (handle == null) {
      throw new IllegalStateException("handle " + number + " was just opened");
    }
    synchronized (this) {
      byHandle.put(number, new Opened(node, handle, throughLibfuse));
      byNode.computeIfAbsent(node, ignored -> new LinkedHashSet<>(2)).add(number);
    }
    return answer(handle);
  }

  private Answer answer(Handle handle) {
    if (handle instanceof Handle.OpenEntry entry) {
      Lease lease = entry.lease();
      return switch (lease.kind().use()) {
        case MEMORY -> memory(lease);
        case STREAM ->
            new Answer(
                Protocol.FOPEN_DIRECT_IO
                    | Protocol.FOPEN_STREAM
                    | Protocol.FOPEN_NONSEEKABLE
                    | Protocol.FOPEN_NOFLUSH,
                0);
        case HANDLE -> new Answer(Protocol.FOPEN_DIRECT_IO | Protocol.FOPEN_NOFLUSH, 0);
      };
    }
    boolean stream =
        handle instanceof Handle.OpenControl control && control.session().stream() != null;
    return new Answer(
        Protocol.FOPEN_DIRECT_IO
            | (stream ? Protocol.FOPEN_STREAM | Protocol.FOPEN_NONSEEKABLE : 0),
        0);
  }

  private Answer memory(Lease lease) {
    int backing = passthrough.acquire(lease);
    return backing == 0
        ? new Answer(Protocol.FOPEN_DIRECT_IO | Protocol.FOPEN_NOFLUSH, 0)
        : new Answer(Protocol.FOPEN_PASSTHROUGH | Protocol.FOPEN_NOFLUSH, backing);
  }

  /** A name was removed: nothing may hold on to what it named but open handles. */
  void nameRemoved() {
    passthrough.closeIdle();
  }

  /** Forgets a handle; before its lease ends. */
  void released(long number) {
    Opened opened = forget(number);
    if (opened != null && opened.handle() instanceof Handle.OpenEntry entry) {
      passthrough.release(entry.lease());
    }
  }

  private synchronized @Nullable Opened forget(long number) {
    Opened opened = byHandle.remove(number);
    if (opened != null) {
      Set<Long> others = byNode.get(opened.node());
      if (others != null && others.remove(number) && others.isEmpty()) {
        byNode.remove(opened.node());
      }
    }
    return opened;
  }

  /** Whether libfuse must see the end of a handle. */
  synchronized boolean isLibfuses(long number) {
    Opened opened = byHandle.get(number);
    return opened == null || opened.throughLibfuse();
  }

  /** One of the handles that are open on a node, whichever; null when there is none. */
  synchronized @Nullable Long onNode(long node) {
    Set<Long> open = byNode.get(node);
    return open == null ? null : open.iterator().next();
  }
}
