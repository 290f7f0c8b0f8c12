package org.fdboxfs.fs.fuse;

import jnr.ffi.Pointer;
import org.fdboxfs.fs.HandleTable;
import org.fdboxfs.linux.Tasks;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.ProcessTable;
import org.jspecify.annotations.Nullable;

/**
 * The request that a thread of the session works on. Callbacks run on that thread, so they find it
 * here, and what they leave behind is there when the reply is sent.
 */
final class CurrentRequest {
  private static final ThreadLocal<CurrentRequest> OF_THREAD = new ThreadLocal<>();

  private int opcode;
  private long unique;
  private long node;
  private int uid;
  private int gid;
  private int pid;
  private boolean keepsTarget;
  private long opened;
  private boolean lasting;
  private boolean pretended;
  private boolean attended;
  private boolean unhurried;

  static CurrentRequest get() {
    CurrentRequest request = OF_THREAD.get();
    if (request == null) {
      throw new IllegalStateException("not a thread of the session");
    }
    return request;
  }

  /**
   * Makes callbacks on the thread find a request that nobody made, so that libfuse forgets a name
   * that was not removed through it: the callback does nothing, and the reply goes nowhere.
   *
   * @return what the thread was at, for {@link #goOn}
   */
  static @Nullable CurrentRequest pretend() {
    CurrentRequest interrupted = OF_THREAD.get();
    CurrentRequest request = new CurrentRequest();
    request.opcode = Protocol.UNLINK;
    request.pretended = true;
    request.bind();
    return interrupted;
  }

  /** Ends what {@link #pretend} began. */
  static void goOn(@Nullable CurrentRequest interrupted) {
    if (interrupted == null) {
      OF_THREAD.remove();
    } else {
      interrupted.bind();
    }
  }

  boolean isPretended() {
    return pretended;
  }

  /** Makes this the one that callbacks on the thread find. */
  void bind() {
    OF_THREAD.set(this);
  }

  void read(Pointer request) {
    opcode = request.getInt(Protocol.IN_OPCODE);
    unique = request.getLong(Protocol.IN_UNIQUE);
    node = request.getLong(Protocol.IN_NODE);
    uid = request.getInt(Protocol.IN_UID);
    gid = request.getInt(Protocol.IN_GID);
    pid = request.getInt(Protocol.IN_PID);
    keepsTarget = false;
    opened = 0;
    lasting = true;
    attended = false;
    unhurried = false;
  }

  int opcode() {
    return opcode;
  }

  long unique() {
    return unique;
  }

  long node() {
    return node;
  }

  int uid() {
    return uid;
  }

  Caller caller(ProcessTable processes) {
    return new Caller(uid, gid, pid, processes);
  }

  /** Whether an ioctl is our own question which handle somebody sent us. */
  boolean identifies(int command) {
    return Integer.toUnsignedLong(command) == HandleTable.IDENTIFY && Tasks.isOwnThread(pid);
  }

  /** A rename that must not replace anything (RENAME_NOREPLACE). */
  boolean keepsTarget() {
    return keepsTarget;
  }

  /** The request was rewritten to a rename. */
  void setRename(boolean keepsTarget) {
    this.opcode = Protocol.RENAME;
    this.keepsTarget = keepsTarget;
  }

  /** Whether the attributes that were given out last may be believed for a while. */
  boolean lasting() {
    return lasting;
  }

  void setLasting(boolean lasting) {
    this.lasting = lasting;
  }

  /** Whether answering may take long: nobody waits to read the next request. */
  boolean isUnhurried() {
    return unhurried;
  }

  void setUnhurried() {
    unhurried = true;
  }

  /** Whether the callback came to an end that the request is about. */
  boolean isAttended() {
    return attended;
  }

  void setAttended() {
    attended = true;
  }

  @Override
  public String toString() {
    return "opcode " + opcode + " on node " + node;
  }

  /** The handle that the request opened, 0 when none. */
  long opened() {
    return opened;
  }

  void setOpened(long handle) {
    opened = handle;
  }
}
