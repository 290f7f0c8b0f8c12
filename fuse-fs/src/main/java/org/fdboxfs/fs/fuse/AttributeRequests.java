package org.fdboxfs.fs.fuse;

import java.time.Instant;
import jnr.ffi.Pointer;
import org.fdboxfs.fs.FdBoxFs;
import org.fdboxfs.model.Attributes;
import org.fdboxfs.model.FsException;
import org.fdboxfs.model.ProcessTable;
import org.fdboxfs.model.Timestamp;
import org.fdboxfs.policy.AttributeChange;
import org.fdboxfs.policy.Target;
import org.jspecify.annotations.Nullable;

/** GETATTR and SETATTR, where libfuse has no name for the node, or would be slower. */
final class AttributeRequests {
  private final FdBoxFs fs;
  private final ProcessTable processes;
  private final Replies replies;
  private final OpenReplies opens;
  private final Nodes nodes;

  AttributeRequests(
      FdBoxFs fs, ProcessTable processes, Replies replies, OpenReplies opens, Nodes nodes) {
    this.fs = fs;
    this.processes = processes;
    this.replies = replies;
    this.opens = opens;
    this.nodes = nodes;
  }

  /** By the open handle first: libfuse knows a node by its name only, and the name may be gone. */
  boolean getattr(CurrentRequest current) {
    Long handle = opens.onNode(current.node());
    long inode = nodes.inodeOf(current.node());
    if (handle == null && inode == Nodes.UNKNOWN) {
      return false;
    }
    return answerAttributes(
        current, () -> handle == null ? fs.getattr(new Target.Inode(inode)) : fs.getattr(handle));
  }

  boolean setattr(CurrentRequest current, Pointer request) {
    int valid = request.getInt(Protocol.SETATTR_VALID);
    Long handle =
        (valid & Protocol.FATTR_FH) != 0
            ? Long.valueOf(request.getLong(Protocol.SETATTR_FH))
            : opens.onNode(current.node());
    if (valid == 0) {
      return touch(current, handle);
    }
    boolean resizesByName = (valid & Protocol.FATTR_FH) == 0 && (valid & Protocol.FATTR_SIZE) != 0;
    if (handle == null || resizesByName) {
      return false;
    }
    return answerAttributes(
        current, () -> fs.setattr(handle, change(request, valid), current.caller(processes)));
  }

  /** A chown(2) that changes nothing moves the time of change; libfuse would not call anything. */
  private boolean touch(CurrentRequest current, @Nullable Long handle) {
    long inode = nodes.inodeOf(current.node());
    if (handle == null && inode == Nodes.UNKNOWN) {
      return false;
    }
    return answerAttributes(
        current,
        () ->
            handle == null
                ? fs.touch(new Target.Inode(inode), current.caller(processes))
                : fs.setattr(handle, AttributeChange.NONE, current.caller(processes)));
  }

  private static AttributeChange change(Pointer r, int valid) {
    return new AttributeChange(
        (valid & Protocol.FATTR_MODE) == 0 ? null : r.getInt(Protocol.SETATTR_MODE) & 07777,
        (valid & Protocol.FATTR_UID) == 0 ? null : r.getInt(Protocol.SETATTR_UID),
        (valid & Protocol.FATTR_GID) == 0 ? null : r.getInt(Protocol.SETATTR_GID),
        (valid & Protocol.FATTR_SIZE) == 0 ? null : r.getLong(Protocol.SETATTR_SIZE),
        (valid & Protocol.FATTR_ATIME) == 0
            ? null
            : time(
                (valid & Protocol.FATTR_ATIME_NOW) != 0,
                r.getLong(Protocol.SETATTR_ATIME),
                r.getInt(Protocol.SETATTR_ATIME_NANOS)),
        (valid & Protocol.FATTR_MTIME) == 0
            ? null
            : time(
                (valid & Protocol.FATTR_MTIME_NOW) != 0,
                r.getLong(Protocol.SETATTR_MTIME),
                r.getInt(Protocol.SETATTR_MTIME_NANOS)));
  }

  private static @Nullable Timestamp time(boolean now, long seconds, int nanos) {
    return now ? Timestamp.of(Instant.now()) : new Timestamp(seconds, nanos);
  }

  /** The attributes that the answer to GETATTR and SETATTR tells. */
  private interface Told {
    Attributes attributes() throws FsException;
  }

  private boolean answerAttributes(CurrentRequest current, Told told) {
    replies.guarded(current, () -> replies.attributes(current.unique(), told.attributes()));
    return true;
  }
}
