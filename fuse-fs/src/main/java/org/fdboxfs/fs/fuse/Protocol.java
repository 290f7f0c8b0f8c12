package org.fdboxfs.fs.fuse;

/**
 * The parts of the kernel's FUSE protocol (include/uapi/linux/fuse.h, version 7.40) that are looked
 * at or changed on their way. Offsets in bytes; those of requests count from the request's start,
 * those of replies from the body's.
 */
final class Protocol {
  // Request header: struct fuse_in_header.
  static final int IN_LENGTH = 0;
  static final int IN_OPCODE = 4;
  static final int IN_UNIQUE = 8;
  static final int IN_NODE = 16;
  static final int IN_UID = 24;
  static final int IN_GID = 28;
  static final int IN_PID = 32;
  static final int IN_HEADER = 40;

  // Reply header: struct fuse_out_header.
  static final int OUT_LENGTH = 0;
  static final int OUT_ERROR = 4;
  static final int OUT_UNIQUE = 8;
  static final int OUT_HEADER = 16;

  static final int LOOKUP = 1;
  static final int FORGET = 2;
  static final int GETATTR = 3;
  static final int SETATTR = 4;
  static final int READLINK = 5;
  static final int SYMLINK = 6;
  static final int MKNOD = 8;
  static final int MKDIR = 9;
  static final int UNLINK = 10;
  static final int RMDIR = 11;
  static final int RENAME = 12;
  static final int LINK = 13;
  static final int OPEN = 14;
  static final int READ = 15;
  static final int WRITE = 16;
  static final int STATFS = 17;
  static final int RELEASE = 18;
  static final int SETXATTR = 21;
  static final int GETXATTR = 22;
  static final int LISTXATTR = 23;
  static final int REMOVEXATTR = 24;
  static final int FLUSH = 25;
  static final int INIT = 26;
  static final int OPENDIR = 27;
  static final int RELEASEDIR = 29;
  static final int CREATE = 35;
  static final int INTERRUPT = 36;
  static final int IOCTL = 39;
  static final int POLL = 40;
  static final int BATCH_FORGET = 42;
  static final int FALLOCATE = 43;
  static final int RENAME2 = 45;
  static final int LSEEK = 46;

  // struct fuse_entry_out; the reply to CREATE goes on with a struct fuse_open_out.
  static final int ENTRY_NODE = 0;
  static final int ENTRY_VALID = 16;
  static final int ENTRY_ATTR_VALID = 24;
  static final int ENTRY_VALID_NANOS = 32;
  static final int ENTRY_ATTR_VALID_NANOS = 36;
  static final int ENTRY_ATTR = 40;
  static final int ENTRY_OUT = 128;

  // struct fuse_attr_out.
  static final int ATTR_VALID = 0;
  static final int ATTR_VALID_NANOS = 8;
  static final int ATTR_ATTR = 16;
  static final int ATTR_OUT = 104;

  // struct fuse_open_out.
  static final int OPEN_OUT = 16;
  static final int OPEN_FLAGS = 8;
  static final int OPEN_BACKING = 12;

  static final int FOPEN_DIRECT_IO = 1;
  static final int FOPEN_NONSEEKABLE = 1 << 2;
  static final int FOPEN_STREAM = 1 << 4;
  static final int FOPEN_NOFLUSH = 1 << 5;
  static final int FOPEN_PASSTHROUGH = 1 << 7;

  // struct fuse_init_in and fuse_init_out.
  static final int INIT_IN_FLAGS = 52;
  static final int INIT_IN_FLAGS2 = 56;
  static final int INIT_OUT_SHORT = 24;
  static final int INIT_OUT = 64;
  static final int INIT_MINOR = 4;
  static final int INIT_FLAGS = 12;
  static final int INIT_MAX_BACKGROUND = 16;
  static final int INIT_CONGESTION = 18;
  static final int INIT_FLAGS2 = 32;
  static final int INIT_STACK_DEPTH = 36;
  static final int FUSE_INIT_EXT = 1 << 30;
  static final int FUSE_PASSTHROUGH_FLAG2 = 1 << 5;

  // struct fuse_setattr_in.
  static final int SETATTR_VALID = IN_HEADER;
  static final int SETATTR_FH = IN_HEADER + 8;
  static final int SETATTR_SIZE = IN_HEADER + 16;
  static final int SETATTR_ATIME = IN_HEADER + 32;
  static final int SETATTR_MTIME = IN_HEADER + 40;
  static final int SETATTR_ATIME_NANOS = IN_HEADER + 56;
  static final int SETATTR_MTIME_NANOS = IN_HEADER + 60;
  static final int SETATTR_MODE = IN_HEADER + 68;
  static final int SETATTR_UID = IN_HEADER + 76;
  static final int SETATTR_GID = IN_HEADER + 80;
  static final int FATTR_MODE = 1;
  static final int FATTR_UID = 1 << 1;
  static final int FATTR_GID = 1 << 2;
  static final int FATTR_SIZE = 1 << 3;
  static final int FATTR_ATIME = 1 << 4;
  static final int FATTR_MTIME = 1 << 5;
  static final int FATTR_FH = 1 << 6;
  static final int FATTR_ATIME_NOW = 1 << 7;
  static final int FATTR_MTIME_NOW = 1 << 8;

  // struct fuse_read_in, fuse_write_in, fuse_poll_in; the handle is first in each.
  static final int IO_FH = IN_HEADER;
  static final int IO_SIZE = IN_HEADER + 16;
  static final int IO_FLAGS = IN_HEADER + 32;
  static final int WRITE_DATA = IN_HEADER + 40;
  static final int POLL_KERNEL_HANDLE = IN_HEADER + 8;
  static final int POLL_FLAGS = IN_HEADER + 16;
  static final int POLL_EVENTS = IN_HEADER + 20;
  static final int FUSE_POLL_SCHEDULE_NOTIFY = 1;
  static final int FUSE_NOTIFY_POLL = 1;

  // struct fuse_ioctl_in, and fuse_ioctl_out before what is answered.
  static final int IOCTL_FH = IN_HEADER;
  static final int IOCTL_FLAGS = IN_HEADER + 8;
  static final int IOCTL_COMMAND = IN_HEADER + 12;
  static final int IOCTL_IN_SIZE = IN_HEADER + 24;
  static final int IOCTL_DATA = IN_HEADER + 32;
  static final int FUSE_IOCTL_DIR = 1 << 4;
  static final int IOCTL_OUT = 16;

  // struct fuse_notify_inval_inode_out and fuse_notify_inval_entry_out.
  static final int FUSE_NOTIFY_INVAL_INODE = 2;
  static final int FUSE_NOTIFY_INVAL_ENTRY = 3;
  static final int INVAL_INODE = 24;
  static final int INVAL_ENTRY = 16;

  // struct fuse_open_in, fuse_release_in.
  static final int OPEN_IN_FLAGS = IN_HEADER;
  static final int RELEASE_FH = IN_HEADER;

  // struct fuse_batch_forget_in, followed by structs fuse_forget_one.
  static final int FORGET_FIRST = IN_HEADER + 8;
  static final int FORGET_SIZE = 16;

  // struct fuse_lseek_in.
  static final int LSEEK_FH = IN_HEADER;
  static final int LSEEK_OFFSET = IN_HEADER + 8;
  static final int LSEEK_WHENCE = IN_HEADER + 16;

  // struct fuse_rename2_in.
  static final int RENAME2_FLAGS = IN_HEADER + 8;
  static final int RENAME2_NAMES = IN_HEADER + 16;
  static final int RENAME_NAMES = IN_HEADER + 8;
  static final int RENAME_NOREPLACE = 1;

  /** FUSE_DEV_IOC_BACKING_OPEN and _CLOSE, Linux 6.9. */
  static final long BACKING_OPEN = 0x4010e501L;

  static final long BACKING_CLOSE = 0x4004e502L;

  private Protocol() {}

  /** Where the names of a request start; -1 for requests without. */
  static int namesAt(int opcode) {
    return switch (opcode) {
      case LOOKUP, UNLINK, RMDIR, SYMLINK, REMOVEXATTR -> IN_HEADER;
      case MKDIR, LINK, RENAME, SETXATTR, GETXATTR -> IN_HEADER + 8;
      case MKNOD, CREATE, RENAME2 -> IN_HEADER + 16;
      default -> -1;
    };
  }

  /**
   * How many names a request has; behind a symlink's is its target, behind an attribute's its
   * value.
   */
  static int names(int opcode) {
    return opcode == RENAME || opcode == RENAME2 ? 2 : 1;
  }

  /** Whether a request is one of those with which somebody gets at a file in the first place. */
  static boolean entersByName(int opcode) {
    return opcode == LOOKUP || opcode == OPEN || opcode == GETATTR || opcode == SETATTR;
  }

  /**
   * Whether libfuse answers a request by the callback that it is named after, and never without.
   */
  static boolean isForCallback(int opcode) {
    return switch (opcode) {
      case SETATTR,
          READLINK,
          SYMLINK,
          MKNOD,
          MKDIR,
          UNLINK,
          RMDIR,
          RENAME,
          OPEN,
          READ,
          WRITE,
          STATFS,
          SETXATTR,
          GETXATTR,
          LISTXATTR,
          REMOVEXATTR,
          FLUSH,
          OPENDIR,
          CREATE,
          FALLOCATE ->
          true;
      default -> false;
    };
  }

  /**
   * Whether a request is about a node that the kernel looked up before, and names nothing in it.
   */
  static boolean isAboutNode(int opcode) {
    return switch (opcode) {
      case GETATTR, SETATTR, OPEN, OPENDIR, GETXATTR, SETXATTR, LISTXATTR, REMOVEXATTR -> true;
      default -> false;
    };
  }
}
