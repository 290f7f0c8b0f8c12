package org.fdboxfs.fs.fuse;

import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.fdboxfs.policy.Watcher;

/**
 * What libfuse and the kernel remember of names and attributes, and have to forget when these
 * change without a request of the kernel's.
 */
final class RememberedNames implements Watcher {
  private static final Runtime RUNTIME = Runtime.getSystemRuntime();

  private final LibFuse2 libfuse;
  private final Pointer session;
  private final Pointer channel;
  private final Nodes nodes;
  private final Replies replies;
  private final OpenReplies opens;
  private final Notices notices = new Notices();

  RememberedNames(
      LibFuse2 libfuse,
      Pointer session,
      Pointer channel,
      Nodes nodes,
      Replies replies,
      OpenReplies opens) {
    this.libfuse = libfuse;
    this.session = session;
    this.channel = channel;
    this.nodes = nodes;
    this.replies = replies;
    this.opens = opens;
  }

  /** libfuse and the kernel remember names, and the file of one may be kept for the next open. */
  @Override
  public void nameGone(long directory, String name) {
    long node = nodes.nodeOf(directory);
    if (node != Nodes.UNKNOWN) {
      byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
      pretendUnlink(node, bytes);
      notices.tell(() -> replies.nameGone(node, bytes));
    }
    opens.nameRemoved();
  }

  /** Else libfuse would take what gets the name next for the node that had it before. */
  private void pretendUnlink(long directory, byte[] name) {
    CurrentRequest interrupted = CurrentRequest.pretend();
    int length = Protocol.IN_HEADER + name.length + 1;
    Pointer request = Memory.allocateDirect(RUNTIME, length, true);
    request.putInt(Protocol.IN_LENGTH, length);
    request.putInt(Protocol.IN_OPCODE, Protocol.UNLINK);
    request.putLong(Protocol.IN_NODE, directory);
    request.put(Protocol.IN_HEADER, name, 0, name.length);
    try {
      libfuse.fuse_session_process(session, request.address(), length, channel);
    } finally {
      CurrentRequest.goOn(interrupted);
      Reference.reachabilityFence(request);
    }
  }

  /**
   * The kernel waits for look-ups that are under way before it forgets a name, so none of them is
   * believed later; those that come after are answered as not to be believed at all.
   */
  @Override
  public void leaving(long directory, String name, long inode) {
    nodes.leaving(inode);
    nameGone(directory, name);
  }

  @Override
  public void leavingEnded(long inode) {
    nodes.leavingEnded(inode);
  }

  @Override
  public void attributesChanged(long inode) {
    long node = nodes.nodeOf(inode);
    if (node != Nodes.UNKNOWN) {
      replies.attributesChanged(node);
    }
  }
}
