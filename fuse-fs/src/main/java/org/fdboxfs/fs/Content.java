package org.fdboxfs.fs;

import org.fdboxfs.model.Access;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Descriptor;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FsException;
import org.fdboxfs.model.NativeBuffer;
import org.fdboxfs.policy.Guard;
import org.fdboxfs.policy.Lease;
import org.jspecify.annotations.Nullable;

/** What open handles give access to: bytes of memory and of control files, streams, devices. */
public final class Content {
  private static final int O_APPEND = 02000;

  private final Guard guard;
  private final HandleTable handles;
  private final ControlDirectory control;
  private final NativeMemory nativeMemory;

  Content(Guard guard, HandleTable handles, ControlDirectory control, NativeMemory nativeMemory) {
    this.guard = guard;
    this.handles = handles;
    this.control = control;
    this.nativeMemory = nativeMemory;
  }

  /**
   * Reads memory that does not go past us, or a control file.
   *
   * @return bytes read
   * @throws FsException {@code EBADF} not open for reading; {@code EINVAL} a kind without content
   */
  public long read(long handle, NativeBuffer into, long offset) throws FsException {
    Handle open = handles.find(handle);
    if (open instanceof Handle.OpenControl file) {
      byte[] bytes = file.session().read((int) into.length(), offset);
      nativeMemory.put(into, bytes);
      return bytes.length;
    }
    return memory(handle, Access.READ).pread(into, offset);
  }

  /**
   * Writes memory that does not go past us, or a control file; as {@link #read}. Who may not set
   * the bits that set ids takes them away by writing.
   *
   * @param flags of the open file at this moment
   */
  public long write(long handle, NativeBuffer from, long offset, int flags, Caller caller)
      throws FsException {
    Handle open = handles.find(handle);
    if (open instanceof Handle.OpenControl file) {
      file.session().write(nativeMemory.get(from), offset);
      return from.length();
    }
    Descriptor memory = memory(handle, Access.WRITE);
    guard.metadata().dropSetIds(handles.entry(handle).lease(), caller);
    return memory.pwrite(from, (flags & O_APPEND) == 0 ? offset : memory.stat().size());
  }

  /** Finds the next data or hole of memory, as lseek(2) with SEEK_DATA and SEEK_HOLE. */
  public long seek(long handle, long offset, int whence) throws FsException {
    if (handles.find(handle) instanceof Handle.OpenControl) {
      throw new FsException(Errno.EINVAL, "control files have no holes");
    }
    return memory(handle, handles.entry(handle).lease().access()).seek(offset, whence);
  }

  private Descriptor memory(long handle, Access wanted) throws FsException {
    if (isDevice(handle)) {
      throw new FsException(Errno.EINVAL, "a device answers nothing but ioctl(2)");
    }
    Lease lease = handles.entry(handle).lease();
    if (!lease.access().covers(wanted)) {
      throw new FsException(Errno.EBADF, "open for " + lease.access() + " only");
    }
    if (lease.kind().use() != FdKind.Use.MEMORY) {
      throw new FsException(
          Errno.EINVAL, "an entry of kind " + lease.kind() + " is not read or written, only taken");
    }
    return lease.descriptor();
  }

  /** How a handle is read and written in sequence; null when it is no stream. */
  public @Nullable Stream stream(long handle) {
    Handle open = handles.find(handle);
    if (open instanceof Handle.OpenControl file) {
      return file.session().stream();
    }
    return open instanceof Handle.OpenEntry entry && entry.lease().kind().use() == FdKind.Use.STREAM
        ? new EntryStream(entry.lease())
        : null;
  }

  /** A close of one of perhaps several duplicates; ends nothing. */
  public void flush(long handle) throws FsException {
    if (handles.find(handle) instanceof Handle.OpenControl file) {
      file.session().flush();
    }
  }

  /** Allocates, punches or zeroes, as fallocate(2). */
  public void fallocate(long handle, int mode, long offset, long length, Caller caller)
      throws FsException {
    guard.sizes().allocate(handles.entry(handle).lease(), mode, offset, length, caller);
  }

  /** Whether a handle is of memory of the kernel's, which never makes who reads it wait. */
  public boolean isKernelMemory(long handle) {
    return handles.find(handle) instanceof Handle.OpenEntry entry
        && (entry.lease().kind() == FdKind.MEMFD || entry.lease().kind() == FdKind.SHMEM);
  }

  /** Whether a handle is of a device, which is asked by {@link #ioctl}. */
  public boolean isDevice(long handle) {
    return handles.find(handle) instanceof Handle.OpenDevice;
  }

  /** Asks a device, as {@link Devices#ioctl}. */
  public void ioctl(long handle, int number, byte[] argument, Caller caller) throws FsException {
    control.ioctl(deviceOf(handle), number, argument, caller);
  }

  private long deviceOf(long handle) throws FsException {
    if (handles.find(handle) instanceof Handle.OpenDevice device) {
      return device.device();
    }
    throw new FsException(Errno.EBADF, "not an open device");
  }
}
