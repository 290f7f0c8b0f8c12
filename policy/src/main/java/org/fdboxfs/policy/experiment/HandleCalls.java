package org.fdboxfs.policy.experiment;

import java.nio.charset.StandardCharsets;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FsException;
import org.fdboxfs.policy.AttributeChange;
import org.fdboxfs.policy.Lease;
import org.fdboxfs.policy.experiment.kernel.Content;
import org.fdboxfs.policy.experiment.kernel.Held;
import org.fdboxfs.policy.experiment.kernel.OpenFile;
import org.fdboxfs.policy.experiment.kernel.SimulatedDescriptor;
import org.fdboxfs.policy.experiment.kernel.SimulatedProcess;
import org.jspecify.annotations.Nullable;

/**
 * System calls with a descriptor: what the kernel says of them for files of the mount, of which
 * memory is passed through, and for others.
 */
final class HandleCalls {
  private static final long SOME = 4096;

  private final Simulation simulation;

  HandleCalls(Simulation simulation) {
    this.simulation = simulation;
  }

  /** The process makes a descriptor, or two. */
  String make(Step step, SimulatedProcess by) {
    FdKind kind = step.arguments().kind() == null ? FdKind.MEMFD : step.arguments().kind();
    Long size = step.arguments().size();
    int end = 0;
    for (String name : step.names()) {
      OpenFile file =
          new OpenFile(kind, accessOf(kind, end++), new Content(size == null ? 0 : size));
      by.hold(name, Descriptors.of(file));
    }
    return "";
  }

  private static Access accessOf(FdKind kind, int end) {
    return switch (kind) {
      case PIPE -> end == 0 ? Access.READ : Access.WRITE;
      case DIRECTORY, NAMESPACE, INOTIFY -> Access.READ;
      default -> Access.READ_WRITE;
    };
  }

  /** read, write, map, truncate: of a name of the table, or of a path that is opened for it. */
  String use(Step step, SimulatedProcess by) throws FsException {
    String path = step.arguments().path();
    if (path == null) {
      Held held = by.held(step.handle());
      if (held == null) {
        throw new FsException(Errno.EBADF, "nothing is open under that name");
      }
      return use(step, held, by);
    }
    Access access =
        switch (step.verb()) {
          case READ -> Access.READ;
          case MAP -> Access.READ_WRITE;
          default -> Access.WRITE;
        };
    MountHandle handle = new PathCalls(simulation).open(Simulation.pathOf(path), access, by);
    try {
      return use(step, handle, by);
    } finally {
      simulation.closed(handle);
    }
  }

  private String use(Step step, Held held, SimulatedProcess by) throws FsException {
    OpenFile file = fileOf(held);
    Access access = held instanceof MountHandle handle ? handle.access() : accessOf(file);
    return switch (step.verb()) {
      case READ -> read(file, access, size(step, SOME));
      case WRITE -> write(file, access, step.arguments().text());
      case MAP -> map(file, access, size(step, SOME));
      default -> truncate(held, file, access, size(step, 0), by);
    };
  }

  private static long size(Step step, long otherwise) {
    Long size = step.arguments().size();
    return size == null ? otherwise : size;
  }

  /** Null for a directory of the mount. */
  private @Nullable OpenFile fileOf(Held held) throws FsException {
    if (held instanceof Descriptors descriptors) {
      return descriptors.first();
    }
    MountHandle handle = (MountHandle) held;
    if (handle.generation() != simulation.generation()) {
      throw new FsException(Errno.ENOTCONN, "the mount has ended");
    }
    return handle.directory() != null
        ? null
        : ((SimulatedDescriptor) handle.leases().get(0).descriptor()).file();
  }

  private static Access accessOf(@Nullable OpenFile file) {
    return file == null ? Access.READ : file.access();
  }

  private static String read(@Nullable OpenFile file, Access access, long most) throws FsException {
    if (!access.reads()) {
      throw new FsException(Errno.EBADF, "not open for reading");
    }
    requireBytes(file, Errno.EISDIR);
    if (file == null) {
      return "";
    }
    return file.kind().use() == FdKind.Use.MEMORY ? file.content().read(most) : Outcome.NOT_KNOWN;
  }

  private static String write(@Nullable OpenFile file, Access access, @Nullable String text)
      throws FsException {
    if (!access.writes()) {
      throw new FsException(Errno.EBADF, "not open for writing");
    }
    requireBytes(file, Errno.EBADF);
    String bytes = text == null ? "" : text;
    if (file != null && file.kind().use() == FdKind.Use.MEMORY) {
      file.content().write(bytes);
    } else if (file != null && !takes(file.kind(), bytes)) {
      throw new FsException(Errno.EINVAL, "a " + file.kind() + " takes no such text");
    }
    return "";
  }

  /** An eventfd takes a number of eight bytes; a timerfd is read only. */
  private static boolean takes(FdKind kind, String text) {
    return switch (kind) {
      case EVENTFD -> text.getBytes(StandardCharsets.UTF_8).length >= Long.BYTES;
      case TIMERFD -> false;
      default -> true;
    };
  }

  /** Streams have some to read; what is nothing but a handle has neither read nor write. */
  private static void requireBytes(@Nullable OpenFile file, Errno ofDirectory) throws FsException {
    if (file == null || file.kind() == FdKind.DIRECTORY) {
      throw new FsException(ofDirectory, "is a directory");
    }
    if (file.kind().use() == FdKind.Use.HANDLE) {
      throw new FsException(Errno.EINVAL, "a " + file.kind() + " is not read or written");
    }
  }

  /** mmap(2) with MAP_SHARED to read, and a look at the first page. */
  private static String map(@Nullable OpenFile file, Access access, long size) throws FsException {
    if (size == 0) {
      throw new FsException(Errno.EINVAL, "nothing to map");
    }
    if (!access.reads()) {
      throw new FsException(Errno.EACCES, "not open for reading");
    }
    if (file == null || file.kind().use() != FdKind.Use.MEMORY) {
      throw new FsException(Errno.ENODEV, "no memory to map");
    }
    if (file.content().size() == 0) {
      throw new FsException(Errno.EFAULT, "the page is not there");
    }
    return file.content().read(Math.min(size, SOME));
  }

  /** ftruncate(2); an entry looks like a regular file, whatever it is. */
  private String truncate(
      Held held, @Nullable OpenFile file, Access access, long size, SimulatedProcess by)
      throws FsException {
    boolean ours = held instanceof MountHandle;
    boolean regular = file != null && (ours || file.kind().use() == FdKind.Use.MEMORY);
    if (!access.writes() || !regular) {
      throw new FsException(Errno.EINVAL, "not a regular file that is open for writing");
    }
    if (held instanceof MountHandle handle) {
      Lease lease = handle.leases().get(0);
      simulation.guard().metadata().setattr(lease, AttributeChange.size(size), by.onMount());
    } else if (file != null) {
      file.content().truncate(size);
    }
    return "";
  }
}
