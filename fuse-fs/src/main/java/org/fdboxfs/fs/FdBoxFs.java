package org.fdboxfs.fs;

import org.fdboxfs.model.Access;
import org.fdboxfs.model.Attributes;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.DescriptorSource;
import org.fdboxfs.model.DescriptorSource.Offer;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FsException;
import org.fdboxfs.policy.AttributeChange;
import org.fdboxfs.policy.Guard;
import org.fdboxfs.policy.Inspection;
import org.fdboxfs.policy.Lease;
import org.fdboxfs.policy.Listing;
import org.fdboxfs.policy.Target;
import org.fdboxfs.policy.rule.Operation;
import org.jspecify.annotations.Nullable;

/**
 * The filesystem: what each system call on a mount means. Mode bits have been checked by the kernel
 * when a call arrives here; the guard decides the rest.
 *
 * <p>Paths start with a slash and are those of the mount. Handles are numbers of {@link
 * #handles()}; each belongs to the kernel until {@link #release} or {@link #releasedir}.
 */
public final class FdBoxFs {
  private static final int ENTRY_MODE = 0600;

  /** Names in listings of directories that are open at a time. */
  private static final long MAX_LISTED_NAMES = 2_000_000;

  private final Guard guard;
  private final DescriptorSource descriptors;
  private final ControlDirectory control;
  private final MemoryFigures memory;
  private final Xattrs xattrs;
  private final Content content;
  private final HandleTable handles = new HandleTable();
  private final Budget listedNames = new Budget("directories", MAX_LISTED_NAMES, 2);

  public FdBoxFs(
      Guard guard,
      DescriptorSource descriptors,
      ControlDirectory control,
      MemoryFigures memory,
      NativeMemory nativeMemory) {
    this.guard = guard;
    this.descriptors = descriptors;
    this.control = control;
    this.memory = memory;
    this.xattrs = new Xattrs(guard);
    this.content = new Content(guard, handles, control, nativeMemory);
  }

  public HandleTable handles() {
    return handles;
  }

  /**
   * What stat(2) shows.
   *
   * @throws FsException {@code ENOENT}, {@code ENOTDIR}
   */
  public Attributes getattr(String path) throws FsException {
    return ControlDirectory.owns(path)
        ? control.attributes(path)
        : guard.metadata().attributes(Target.at(path));
  }

  /** What fstat(2) shows, also after the name is gone. */
  public Attributes getattr(long handle) throws FsException {
    Handle open = handles.find(handle);
    if (open instanceof Handle.OpenEntry entry) {
      return guard.metadata().attributes(entry.lease());
    }
    if (open instanceof Handle.OpenControl file) {
      return control.attributes(file.session().file());
    }
    if (open instanceof Handle.OpenDirectory directory) {
      Target target = directory.target();
      return target == null
          ? control.attributes(directory.controlPath())
          : guard.metadata().attributes(target);
    }
    if (open instanceof Handle.OpenDevice device) {
      return control.ofDevice(device.device());
    }
    throw new FsException(Errno.EBADF, "not an open file");
  }

  /**
   * Opens a directory for listing; claims nothing.
   *
   * @throws FsException {@code ENOENT}, {@code ENOTDIR}; {@code ENFILE} too many are open; and what
   *     the rules say of listing it
   */
  public long opendir(String path, Caller caller) throws FsException {
    return handles.add(caller, () -> directory(path, caller));
  }

  private Handle directory(String path, Caller opener) throws FsException {
    if (ControlDirectory.owns(path)) {
      return new Handle.OpenDirectory(null, path, () -> control.list(path), listedNames, opener);
    }
    Target target = guard.namespace().openDirectory(path, opener);
    return new Handle.OpenDirectory(
        target, path, () -> guard.namespace().list(target), listedNames, opener);
  }

  /**
   * What a directory held when its reading began.
   *
   * @param offset 0 begins anew
   * @return null for the control directory
   * @throws FsException {@code ENOENT} it is gone; {@code ENOMEM} too many names are being listed
   */
  public @Nullable Listing readdir(long handle, long offset) throws FsException {
    if (handles.find(handle) instanceof Handle.OpenDirectory directory) {
      return directory.at(offset);
    }
    throw new FsException(Errno.EBADF, "not an open directory");
  }

  public void releasedir(long handle) {
    if (handles.remove(handle) instanceof Handle.OpenDirectory directory) {
      directory.close().forEach(guard.claims()::release);
    }
  }

  /**
   * Opens a file; of an entry, the handle is a claim.
   *
   * @param flags of open(2)
   * @throws FsException those of {@link org.fdboxfs.policy.Claims#open}; of a control file, {@code
   *     ENFILE} too many are open
   */
  public long open(String path, int flags, Caller caller) throws FsException {
    Access access = Access.ofFlags(flags);
    if (ControlDirectory.owns(path)) {
      return handles.add(caller, () -> controlFile(path, access, caller));
    }
    guard.claims().settle(Target.at(path));
    return addEntry(guard.claims().open(path, access, caller));
  }

  private Handle controlFile(String path, Access access, Caller opener) throws FsException {
    DeviceDirectory devices = control.devicesAt(path);
    return devices == null
        ? new Handle.OpenControl(control.open(path, access, opener))
        : new Handle.OpenDevice(devices.device(path));
  }

  /** Opens an entry by its inode number; as {@link #open(String, int, Caller)}. */
  public long open(long inode, int flags, Caller caller) throws FsException {
    return addEntry(guard.claims().open(Target.inode(inode), Access.ofFlags(flags), caller));
  }

  /** Whether it must be looked first who has an entry, which {@link #settle} does. */
  public boolean isUnsettled(long inode) {
    return guard.claims().isUnsettled(Target.inode(inode));
  }

  /** Whether that is so for any entry. */
  public boolean isAnythingUnsettled() {
    return guard.claims().isAnythingUnsettled();
  }

  /** Looks which of those who took an entry's descriptor still have it; may take long. */
  public void settle(long inode) {
    guard.claims().settle(Target.inode(inode));
  }

  /** Where a symbolic link points: there are some in the control directory only. */
  public String readlink(String path) throws FsException {
    return control.readlink(path);
  }

  /** The control directory. */
  public ControlDirectory control() {
    return control;
  }

  /** What stat(2) shows of a listed node. */
  public Attributes getattr(Target.Inode node) throws FsException {
    return guard.metadata().attributes(node);
  }

  /** Whether a node still has its name. */
  public boolean isListed(long inode) {
    return guard.namespace().isListed(inode);
  }

  /**
   * Whether a directory may list a name; false only when it surely does not.
   *
   * @param directory inode number
   */
  public boolean mayList(long directory, String name) throws FsException {
    return guard.namespace().mayList(directory, name);
  }

  /**
   * Makes new memory under a name and opens it.
   *
   * @param mode permission bits, the umask applied
   */
  public long create(String path, int mode, int flags, Caller caller) throws FsException {
    requireOutsideControl(path);
    Offer offer = descriptors.createMemory(nameOf(path));
    return addEntry(guard.puts().create(path, mode, Access.ofFlags(flags), caller, offer));
  }

  private long addEntry(Lease lease) {
    boolean added = false;
    try {
      long handle = handles.add(new Handle.OpenEntry(lease));
      added = true;
      return handle;
    } finally {
      if (!added) {
        guard.claims().release(lease);
      }
    }
  }

  /** Makes new memory under a name. */
  public void mknod(String path, int mode, Caller caller) throws FsException {
    requireOutsideControl(path);
    guard.puts().put(path, mode, caller, descriptors.createMemory(nameOf(path)));
  }

  /**
   * Puts a descriptor of the caller under a name.
   *
   * @param target names the descriptor, see {@link PutTarget}
   */
  public void symlink(String target, String path, Caller caller) throws FsException {
    requireOutsideControl(path);
    Offer offer;
    try {
      offer = descriptors.fetch(caller, PutTarget.parse(target, caller));
    } catch (FsException e) {
      guard.refused(Operation.PUT, caller, path, "put", e);
      throw e;
    }
    guard.puts().put(path, ENTRY_MODE, caller, offer);
  }

  /** The last close: ends the claim. */
  public void release(long handle) {
    Handle closed = handles.remove(handle);
    if (closed instanceof Handle.OpenEntry entry) {
      guard.claims().release(entry.lease());
    } else if (closed instanceof Handle.OpenControl file) {
      file.session().close();
    }
  }

  public void mkdir(String path, int mode, Caller caller) throws FsException {
    requireOutsideControl(path);
    guard.namespace().mkdir(path, mode, caller);
  }

  public void unlink(String path, Caller caller) throws FsException {
    requireOutsideControl(path);
    guard.namespace().unlink(path, caller);
  }

  public void rmdir(String path, Caller caller) throws FsException {
    requireOutsideControl(path);
    guard.namespace().rmdir(path, caller);
  }

  /**
   * Renames, replacing the target in one step.
   *
   * @param keepTarget refuse with {@code EEXIST} when the target exists
   */
  public void rename(String from, String to, boolean keepTarget, Caller caller) throws FsException {
    requireOutsideControl(from);
    requireOutsideControl(to);
    guard.namespace().rename(from, to, keepTarget, caller);
  }

  /** Changes attributes by name. */
  public void setattr(String path, AttributeChange change, Caller caller) throws FsException {
    if (ControlDirectory.owns(path)) {
      control.requireTruncation(change);
      return;
    }
    guard.metadata().setattr(Target.at(path), change, caller);
  }

  /** Moves the time of change of a listed node, and nothing else; returns its attributes. */
  public Attributes touch(Target.Inode node, Caller caller) throws FsException {
    return guard.metadata().setattr(node, AttributeChange.NONE, caller);
  }

  /** Changes attributes of an open file, also after the name is gone; returns the new ones. */
  public Attributes setattr(long handle, AttributeChange change, Caller caller) throws FsException {
    Handle open = handles.find(handle);
    if (open instanceof Handle.OpenControl file) {
      control.requireTruncation(change);
      return control.attributes(file.session().file());
    }
    if (open instanceof Handle.OpenDevice device) {
      control.requireTruncation(change);
      return control.ofDevice(device.device());
    }
    if (open instanceof Handle.OpenDirectory directory) {
      Target target = directory.target();
      if (target == null) {
        throw new FsException(Errno.EPERM, "the control directory does not change");
      }
      return guard.metadata().setattr(target, change, caller);
    }
    return guard.metadata().setattr(handles.entry(handle).lease(), change, caller);
  }

  /** What is read and written by handles. */
  public Content content() {
    return content;
  }

  /** Extended attributes. */
  public Xattrs xattrs() {
    return xattrs;
  }

  /** Memory of the machine, and entries that the daemon can hold. */
  public Statistics statfs() throws FsException {
    Inspection.Totals totals = guard.inspection().totals();
    long limit = totals.descriptorLimit();
    return memory.statistics(limit, Math.max(0, limit - totals.entries()));
  }

  private static String nameOf(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private static void requireOutsideControl(String path) throws FsException {
    if (ControlDirectory.owns(path)) {
      throw new FsException(Errno.EPERM, "the control directory does not change");
    }
  }
}
