package org.fdboxfs.fs.socket;

import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FsException;
import org.fdboxfs.model.Names;

/** From a name in a message to a path from the root of the mount. */
final class EntryPath {
  private EntryPath() {}

  /**
   * The path of an entry, which is in a box.
   *
   * @throws FsException {@code EPERM} at the root, or in the control directory; {@code EINVAL}
   *     empty, or with a part that is empty, a dot or two; those of {@link Names#check}
   */
  static String ofEntry(String name) throws FsException {
    String path = checked(name);
    if (name.indexOf('/') < 0) {
      throw new FsException(Errno.EPERM, "entries live in boxes, not at the root");
    }
    return path;
  }

  /** The path of a directory, which may end with a slash; as {@link #ofEntry}. */
  static String ofDirectory(String name) throws FsException {
    return checked(name.endsWith("/") ? name.substring(0, name.length() - 1) : name);
  }

  private static String checked(String name) throws FsException {
    String[] parts = name.split("/", -1);
    for (String part : parts) {
      if (part.isEmpty()) {
        throw new FsException(Errno.EINVAL, "a part of the path is empty");
      }
      Names.check(part);
    }
    if (parts[0].equals(Names.CONTROL)) {
      throw new FsException(Errno.EPERM, "the control directory does not change");
    }
    return "/" + name;
  }
}
