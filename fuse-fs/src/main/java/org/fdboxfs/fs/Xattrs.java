package org.fdboxfs.fs;

import java.util.List;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FsException;
import org.fdboxfs.policy.ExtendedAttributes;
import org.fdboxfs.policy.ExtendedAttributes.SetMode;
import org.fdboxfs.policy.Guard;
import org.fdboxfs.policy.Target;

/** Extended attributes of what is on a mount. */
public final class Xattrs {
  private final Guard guard;

  Xattrs(Guard guard) {
    this.guard = guard;
  }

  /** One attribute, as getxattr(2). */
  public byte[] get(String path, String name, Caller caller) throws FsException {
    requireAttributes(path);
    if (name.equals(ExtendedAttributes.CLAIMS)) {
      guard.claims().settle(Target.at(path));
    }
    return guard.attributes().get(path, name, caller);
  }

  /** The names of all, as listxattr(2). */
  public List<String> list(String path) throws FsException {
    return ControlDirectory.owns(path) ? List.of() : guard.attributes().list(path);
  }

  /** Sets one, as setxattr(2). */
  public void set(String path, String name, byte[] value, SetMode mode, Caller caller)
      throws FsException {
    requireAttributes(path);
    guard.attributes().set(path, name, value, mode, caller);
  }

  /** Removes one, as removexattr(2). */
  public void remove(String path, String name, Caller caller) throws FsException {
    requireAttributes(path);
    guard.attributes().remove(path, name, caller);
  }

  private static void requireAttributes(String path) throws FsException {
    if (ControlDirectory.owns(path)) {
      throw new FsException(Errno.EOPNOTSUPP, "control files have no attributes");
    }
  }
}
