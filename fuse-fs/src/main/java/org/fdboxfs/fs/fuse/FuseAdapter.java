package org.fdboxfs.fs.fuse;

import java.nio.charset.StandardCharsets;
import java.util.List;
import jnr.ffi.Pointer;
import jnr.ffi.Struct;
import org.fdboxfs.fs.FdBoxFs;
import org.fdboxfs.model.Attributes;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FsException;
import org.fdboxfs.model.NativeBuffer;
import org.fdboxfs.model.ProcessTable;
import org.fdboxfs.policy.AttributeChange;
import org.fdboxfs.policy.ExtendedAttributes.SetMode;
import ru.serce.jnrfuse.FuseFillDir;
import ru.serce.jnrfuse.FuseStubFS;
import ru.serce.jnrfuse.struct.FileStat;
import ru.serce.jnrfuse.struct.FuseFileInfo;
import ru.serce.jnrfuse.struct.FuseOperations;
import ru.serce.jnrfuse.struct.Statvfs;
import ru.serce.jnrfuse.struct.Timespec;

/**
 * Translates between callbacks of libfuse and {@link FdBoxFs}, and decides nothing. With the flags
 * set in the constructor, paths of operations on handles are null and unused.
 */
final class FuseAdapter extends FuseStubFS {
  /** Where the bit field of struct fuse_operations is, which jnr-fuse models as padding. */
  private static final int FLAGS_OFFSET = 304;

  private static final byte NULLPATH_OK = 1;
  private static final byte NOPATH = 2;
  private static final byte UTIME_OMIT_OK = 4;

  /** Where struct fuse_conn_info has the capabilities that we want, and one of them. */
  private static final int WANTED = 24;

  private static final int IOCTL_OF_DIRECTORIES = 1 << 11;

  private static final int S_IFMT = 0170000;
  private static final int S_IFREG = 0100000;
  private static final int XATTR_CREATE = 1;
  private static final int XATTR_REPLACE = 2;

  private final FdBoxFs fs;
  private final ProcessTable processes;
  private final OpenReplies opens;
  private final DirectoryFiller filler;

  FuseAdapter(FdBoxFs fs, ProcessTable processes, OpenReplies opens) {
    this.fs = fs;
    this.processes = processes;
    this.opens = opens;
    this.filler = new DirectoryFiller(fs.control());
    Struct.getMemory(fuseOperations)
        .putByte(FLAGS_OFFSET, (byte) (NULLPATH_OK | NOPATH | UTIME_OMIT_OK));
  }

  @Override
  public Pointer init(Pointer connection) {
    connection.putInt(WANTED, connection.getInt(WANTED) | IOCTL_OF_DIRECTORIES);
    return connection; // nobody asks for it again
  }

  FuseOperations operations() {
    return fuseOperations;
  }

  private Caller caller() {
    return CurrentRequest.get().caller(processes);
  }

  /** A callback that does what the request is about; {@code getattr} only goes along with it. */
  private static int guard(String operation, Object subject, CallbackGuard.Body body) {
    int result = CallbackGuard.guard(operation, subject, body);
    CurrentRequest.get().setAttended();
    return result;
  }

  private static int run(String operation, Object subject, CallbackGuard.Action action) {
    return guard(
        operation,
        subject,
        () -> {
          action.run();
          return 0;
        });
  }

  @Override
  public int getattr(String path, FileStat stat) {
    return CallbackGuard.guard("getattr", path, () -> told(stat, fs.getattr(path)));
  }

  @Override
  public int fgetattr(String path, FileStat stat, FuseFileInfo fi) {
    return CallbackGuard.guard("fgetattr", path, () -> told(stat, fs.getattr(fi.fh.get())));
  }

  /**
   * A put entry answers as a link this once, or the kernel takes the reply to SYMLINK as broken.
   */
  private static int told(FileStat stat, Attributes attributes) {
    CurrentRequest current = CurrentRequest.get();
    current.setLasting(attributes.lasting());
    NativeStructs.fill(stat, attributes, current.opcode() == Protocol.SYMLINK);
    return 0;
  }

  @Override
  public int readlink(String path, Pointer buffer, long size) {
    return run(
        "readlink",
        path,
        () -> {
          byte[] target = fs.readlink(path).getBytes(StandardCharsets.UTF_8);
          int length = (int) Math.min(target.length, size - 1); // as readlink(2) does, and a NUL
          buffer.put(0, target, 0, length);
          buffer.putByte(length, (byte) 0);
        });
  }

  @Override
  public int mknod(String path, long mode, long device) {
    return guard(
        "mknod",
        path,
        () -> {
          if ((mode & S_IFMT) != S_IFREG && (mode & S_IFMT) != 0) {
            throw new FsException(Errno.EPERM, "only regular files are made");
          }
          fs.mknod(path, (int) mode & 07777, caller());
          return 0;
        });
  }

  @Override
  public int mkdir(String path, long mode) {
    return run("mkdir", path, () -> fs.mkdir(path, (int) mode & 07777, caller()));
  }

  @Override
  public int unlink(String path) {
    return run(
        "unlink",
        path,
        () -> {
          if (!CurrentRequest.get().isPretended()) {
            fs.unlink(path, caller());
          }
          opens.nameRemoved();
        });
  }

  @Override
  public int rmdir(String path) {
    return run("rmdir", path, () -> fs.rmdir(path, caller()));
  }

  @Override
  public int symlink(String target, String path) {
    return run("symlink", path, () -> fs.symlink(target, path, caller()));
  }

  @Override
  public int rename(String from, String to) {
    return guard(
        "rename",
        from,
        () -> {
          fs.rename(from, to, CurrentRequest.get().keepsTarget(), caller());
          opens.nameRemoved();
          return 0;
        });
  }

  @Override
  public int link(String from, String to) {
    return -Errno.EPERM.code(); // a descriptor has one name
  }

  @Override
  public int chmod(String path, long mode) {
    return setattr("chmod", path, AttributeChange.mode((int) mode & 07777));
  }

  @Override
  public int chown(String path, long uid, long gid) {
    return setattr("chown", path, AttributeChange.owner((int) uid, (int) gid));
  }

  @Override
  public int truncate(String path, long size) {
    return setattr("truncate", path, AttributeChange.size(size));
  }

  @Override
  public int utimens(String path, Timespec[] times) {
    return setattr(
        "utimens",
        path,
        AttributeChange.times(NativeStructs.time(times[0]), NativeStructs.time(times[1])));
  }

  private int setattr(String operation, String path, AttributeChange change) {
    return run(operation, path, () -> fs.setattr(path, change, caller()));
  }

  @Override
  public int ftruncate(String path, long size, FuseFileInfo fi) {
    return run(
        "ftruncate", path, () -> fs.setattr(fi.fh.get(), AttributeChange.size(size), caller()));
  }

  @Override
  public int open(String path, FuseFileInfo fi) {
    return guard("open", path, () -> opened(fi, fs.open(path, fi.flags.intValue(), caller())));
  }

  @Override
  public int create(String path, long mode, FuseFileInfo fi) {
    return guard(
        "create",
        path,
        () -> opened(fi, fs.create(path, (int) mode & 07777, fi.flags.intValue(), caller())));
  }

  private static int opened(FuseFileInfo fi, long handle) {
    fi.fh.set(handle);
    CurrentRequest.get().setOpened(handle);
    return 0;
  }

  @Override
  public int read(String path, Pointer buffer, long size, long offset, FuseFileInfo fi) {
    NativeBuffer into = new NativeBuffer(buffer.address(), size);
    return guard("read", path, () -> (int) fs.content().read(fi.fh.get(), into, offset));
  }

  @Override
  public int write(String path, Pointer buffer, long size, long offset, FuseFileInfo fi) {
    NativeBuffer from = new NativeBuffer(buffer.address(), size);
    return guard(
        "write",
        path,
        () -> (int) fs.content().write(fi.fh.get(), from, offset, fi.flags.intValue(), caller()));
  }

  @Override
  public int flush(String path, FuseFileInfo fi) {
    return run("flush", path, () -> fs.content().flush(fi.fh.get()));
  }

  @Override
  public int release(String path, FuseFileInfo fi) {
    return run(
        "release",
        path,
        () -> {
          opens.released(fi.fh.get());
          fs.release(fi.fh.get());
        });
  }

  @Override
  public int fallocate(String path, int mode, long offset, long length, FuseFileInfo fi) {
    return run(
        "fallocate",
        path,
        () -> fs.content().fallocate(fi.fh.get(), mode, offset, length, caller()));
  }

  @Override
  public int opendir(String path, FuseFileInfo fi) {
    return run(
        "opendir",
        path,
        () -> {
          long handle = fs.opendir(path, caller());
          boolean noted = false;
          try {
            fi.fh.set(handle);
            opens.opened(CurrentRequest.get().node(), handle, true);
            noted = true;
          } finally {
            if (!noted) {
              fs.releasedir(handle);
            }
          }
        });
  }

  @Override
  public int readdir(String path, Pointer buffer, FuseFillDir fill, long offset, FuseFileInfo fi) {
    return run(
        "readdir", path, () -> filler.fill(fs.readdir(fi.fh.get(), offset), buffer, fill, offset));
  }

  /** Only of directories: those of files are answered before they come here. */
  @Override
  public int ioctl(
      String path, int command, Pointer argument, FuseFileInfo fi, long flags, Pointer data) {
    return guard(
        "ioctl",
        path,
        () -> {
          if (!CurrentRequest.get().identifies(command)) {
            throw new FsException(Errno.ENOTTY, "there are no such ioctls");
          }
          data.putLong(0, fi.fh.get());
          return 0;
        });
  }

  @Override
  public int releasedir(String path, FuseFileInfo fi) {
    return run(
        "releasedir",
        path,
        () -> {
          opens.released(fi.fh.get());
          fs.releasedir(fi.fh.get());
        });
  }

  @Override
  public int statfs(String path, Statvfs figures) {
    return run("statfs", path, () -> NativeStructs.fill(figures, fs.statfs()));
  }

  @Override
  public int getxattr(String path, String name, Pointer value, long size) {
    return guard(
        "getxattr", path, () -> answer(fs.xattrs().get(path, name, caller()), value, size));
  }

  @Override
  public int listxattr(String path, Pointer list, long size) {
    return guard(
        "listxattr",
        path,
        () -> {
          List<String> names = fs.xattrs().list(path);
          String joined = names.isEmpty() ? "" : String.join("\0", names) + "\0";
          return answer(joined.getBytes(StandardCharsets.UTF_8), list, size);
        });
  }

  /** With size 0 the caller asks how much room it needs. */
  private static int answer(byte[] value, Pointer into, long size) throws FsException {
    if (size == 0) {
      return value.length;
    }
    if (value.length > size) {
      throw new FsException(Errno.ERANGE, "the buffer is too small");
    }
    into.put(0, value, 0, value.length);
    return value.length;
  }

  @Override
  public int setxattr(String path, String name, Pointer value, long size, int flags) {
    return guard(
        "setxattr",
        path,
        () -> {
          byte[] bytes = new byte[(int) size];
          if (size > 0) {
            value.get(0, bytes, 0, bytes.length);
          }
          SetMode mode =
              switch (flags) {
                case XATTR_CREATE -> SetMode.CREATE;
                case XATTR_REPLACE -> SetMode.REPLACE;
                default -> SetMode.ANY;
              };
          fs.xattrs().set(path, name, bytes, mode, caller());
          return 0;
        });
  }

  @Override
  public int removexattr(String path, String name) {
    return run("removexattr", path, () -> fs.xattrs().remove(path, name, caller()));
  }
}
