package org.fdboxfs.fs.fuse;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.function.IntPredicate;
import jnr.ffi.Pointer;
import org.fdboxfs.fs.FdBoxFs;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.Names;
import org.fdboxfs.model.ProcessTable;

/**
 * Requests on their way to libfuse: those that it cannot serve are answered here, one is rewritten
 * to what it knows.
 */
final class Requests {
  private final FdBoxFs fs;
  private final ProcessTable processes;
  private final Replies replies;
  private final OpenReplies opens;
  private final Nodes nodes;
  private final AttributeRequests attributes;
  private final StreamRequests streams;
  private final StreamWaiter waiter;
  private final IntPredicate mayEnter;

  /**
   * @param mayEnter whether a uid may use the mount at all; libfuse refuses the others
   */
  Requests(
      FdBoxFs fs,
      ProcessTable processes,
      Replies replies,
      OpenReplies opens,
      Nodes nodes,
      StreamRequests streams,
      StreamWaiter waiter,
      IntPredicate mayEnter) {
    this.fs = fs;
    this.processes = processes;
    this.replies = replies;
    this.opens = opens;
    this.nodes = nodes;
    this.attributes = new AttributeRequests(fs, processes, replies, opens, nodes);
    this.streams = streams;
    this.waiter = waiter;
    this.mayEnter = mayEnter;
  }

  /**
   * Whether a request is answered so quickly that the next is not read before. Those that end or
   * begin claims are among them: what was closed before is then free before the next open is read.
   */
  boolean isQuick(int opcode, Pointer request) {
    return switch (opcode) {
      case Protocol.IOCTL -> !isOfDevice(request); // may put, take and let go
      case Protocol.OPEN -> !mustSettle(request.getLong(Protocol.IN_NODE));
      case Protocol.GETXATTR -> !fs.isAnythingUnsettled(); // may ask for the number of claims
      case Protocol.LOOKUP,
          Protocol.FORGET,
          Protocol.BATCH_FORGET,
          Protocol.GETATTR,
          Protocol.RELEASE,
          Protocol.RELEASEDIR,
          Protocol.LISTXATTR,
          Protocol.INTERRUPT,
          Protocol.POLL,
          Protocol.INIT ->
          true;
      default -> false;
    };
  }

  /** Whether it has to be looked first who has an entry, which takes its time. */
  private boolean mustSettle(long node) {
    long inode = nodes.inodeOf(node);
    return inode == Nodes.UNKNOWN ? fs.isAnythingUnsettled() : fs.isUnsettled(inode);
  }

  /**
   * Whether a request that is not quick takes so little all the same that nobody has to wait for
   * it: reading and writing memory.
   */
  boolean isSoonDone(int opcode, Pointer request) {
    return (opcode == Protocol.READ || opcode == Protocol.WRITE)
        && fs.content().isKernelMemory(request.getLong(Protocol.IO_FH));
  }

  /**
   * Serves what libfuse does not.
   *
   * @return whether the request is answered
   */
  boolean serve(CurrentRequest current, Pointer request) {
    int opcode = current.opcode();
    int namesAt = Protocol.namesAt(opcode);
    if (namesAt >= 0 && !areStorable(request, namesAt, Protocol.names(opcode))) {
      replies.error(current.unique(), Errno.EILSEQ);
      return true;
    }
    if (Protocol.entersByName(opcode) && !mayEnter.test(current.uid())) {
      return false;
    }
    return switch (opcode) {
      case Protocol.LOOKUP -> lookup(current, request);
      case Protocol.OPEN -> open(current, request);
      case Protocol.RELEASE -> release(current, request);
      case Protocol.FORGET, Protocol.BATCH_FORGET -> {
        nodes.forget(opcode, request);
        yield false; // libfuse keeps its own account
      }
      case Protocol.IOCTL -> ioctl(current, request);
      case Protocol.POLL -> streams.serve(opcode, current.unique(), request);
      case Protocol.INTERRUPT -> waiter.interrupt(request.getLong(Protocol.IN_HEADER));
      case Protocol.GETATTR -> attributes.getattr(current);
      case Protocol.SETATTR -> attributes.setattr(current, request);
      case Protocol.RENAME2 -> rename2(current, request);
      case Protocol.LSEEK -> lseek(current, request);
      default -> false;
    };
  }

  /** READ and WRITE of streams; under the read lock, so that an INTERRUPT finds what it ends. */
  boolean serveStream(CurrentRequest current, Pointer request) {
    int opcode = current.opcode();
    return (opcode == Protocol.READ || opcode == Protocol.WRITE)
        && streams.serve(opcode, current.unique(), request);
  }

  /** Two different byte names must never become one: what is not UTF-8 would lose its bytes. */
  private static boolean areStorable(Pointer request, int namesAt, int names) {
    int length = request.getInt(Protocol.IN_LENGTH) - namesAt;
    byte[] bytes = new byte[length];
    request.get(namesAt, bytes, 0, length);
    boolean ascii = true;
    int end = 0;
    for (int seen = 0; end < length && seen < names; end++) {
      ascii &= bytes[end] >= 0;
      seen += bytes[end] == 0 ? 1 : 0;
    }
    return ascii || isUtf8(bytes, end);
  }

  private static boolean isUtf8(byte[] bytes, int length) {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    try {
      decoder.decode(ByteBuffer.wrap(bytes, 0, length));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  /** Names that are not there are looked for all the time; libfuse has nothing to remember. */
  private boolean lookup(CurrentRequest current, Pointer request) {
    long directory = nodes.inodeOf(current.node());
    if (directory == Nodes.UNKNOWN) {
      return false;
    }
    int length = request.getInt(Protocol.IN_LENGTH) - Protocol.IN_HEADER - 1;
    byte[] name = new byte[length];
    request.get(Protocol.IN_HEADER, name, 0, length);
    String text = new String(name, StandardCharsets.UTF_8);
    if (length > Names.MAX_BYTES || text.equals(Names.CONTROL)) {
      return false;
    }
    boolean[] missing = new boolean[1];
    replies.guarded(current, () -> missing[0] = !fs.mayList(directory, text));
    if (missing[0]) {
      replies.error(current.unique(), Errno.ENOENT);
    }
    return missing[0];
  }

  /**
   * Opens an entry, past libfuse: it would take three times as long, and has no more to say than
   * how many handles are open, which nothing of ours asks.
   */
  private boolean open(CurrentRequest current, Pointer request) {
    long inode = nodes.inodeOf(current.node());
    if (inode == Nodes.UNKNOWN) {
      return false;
    }
    replies.guarded(
        current,
        () -> {
          if (current.isUnhurried()) {
            fs.settle(inode);
          }
          open(current, fs.open(inode, request.getInt(Protocol.OPEN_IN_FLAGS), caller(current)));
        });
    return true;
  }

  private void open(CurrentRequest current, long handle) {
    boolean told = false;
    try {
      OpenReplies.Answer answer = opens.opened(current.node(), handle, false);
      told = replies.opened(current.unique(), handle, answer);
    } finally {
      if (!told) { // nobody would ever release it
        end(handle);
      }
    }
  }

  private Caller caller(CurrentRequest current) {
    return current.caller(processes);
  }

  private boolean isOfDevice(Pointer request) {
    return (request.getInt(Protocol.IOCTL_FLAGS) & Protocol.FUSE_IOCTL_DIR) == 0
        && fs.content().isDevice(request.getLong(Protocol.IOCTL_FH));
  }

  /** Past libfuse, which would keep its locks meanwhile: names may go by what is asked. */
  private void askDevice(CurrentRequest current, Pointer request) {
    byte[] argument = new byte[request.getInt(Protocol.IOCTL_IN_SIZE)];
    request.get(Protocol.IOCTL_DATA, argument, 0, argument.length);
    replies.guarded(
        current,
        () -> {
          fs.content()
              .ioctl(
                  request.getLong(Protocol.IOCTL_FH),
                  request.getInt(Protocol.IOCTL_COMMAND),
                  argument,
                  caller(current));
          replies.asked(current.unique());
        });
  }

  /**
   * Tells ourselves which handle of a file somebody sent us, and asks devices. libfuse has numbers
   * of its own for directories, so those and all other ioctls are its matter.
   */
  private boolean ioctl(CurrentRequest current, Pointer request) {
    boolean ofDirectory = (request.getInt(Protocol.IOCTL_FLAGS) & Protocol.FUSE_IOCTL_DIR) != 0;
    int command = request.getInt(Protocol.IOCTL_COMMAND);
    if (ofDirectory) {
      return false;
    }
    if (!current.identifies(command)) {
      boolean ofDevice = isOfDevice(request);
      if (ofDevice) {
        askDevice(current, request);
      }
      return ofDevice;
    }
    replies.number(current.unique(), request.getLong(Protocol.IOCTL_FH));
    return true;
  }

  private boolean release(CurrentRequest current, Pointer request) {
    long handle = request.getLong(Protocol.RELEASE_FH);
    if (opens.isLibfuses(handle)) {
      return false;
    }
    replies.guarded(
        current,
        () -> {
          end(handle);
          replies.done(current.unique());
        });
    return true;
  }

  private void end(long handle) {
    opens.released(handle);
    fs.release(handle);
  }

  /** Only for holes and data: the kernel knows where a handle is. */
  private boolean lseek(CurrentRequest current, Pointer request) {
    replies.guarded(
        current,
        () ->
            replies.sought(
                current.unique(),
                fs.content()
                    .seek(
                        request.getLong(Protocol.LSEEK_FH),
                        request.getLong(Protocol.LSEEK_OFFSET),
                        request.getInt(Protocol.LSEEK_WHENCE))));
    return true;
  }

  /** libfuse knows RENAME only; of the flags, RENAME_NOREPLACE is kept for its callback. */
  private boolean rename2(CurrentRequest current, Pointer request) {
    int flags = request.getInt(Protocol.RENAME2_FLAGS);
    if ((flags & ~Protocol.RENAME_NOREPLACE) != 0) {
      replies.error(current.unique(), Errno.EINVAL);
      return true;
    }
    int length = request.getInt(Protocol.IN_LENGTH);
    byte[] names = new byte[length - Protocol.RENAME2_NAMES];
    request.get(Protocol.RENAME2_NAMES, names, 0, names.length);
    request.put(Protocol.RENAME_NAMES, names, 0, names.length);
    request.putInt(Protocol.IN_LENGTH, Protocol.RENAME_NAMES + names.length);
    request.putInt(Protocol.IN_OPCODE, Protocol.RENAME);
    current.setRename(flags != 0);
    return false;
  }
}
