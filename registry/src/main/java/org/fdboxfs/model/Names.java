package org.fdboxfs.model;

import java.nio.charset.StandardCharsets;

/** Which names a node may have: 1 to 255 bytes, stored exactly. */
public final class Names {
  /** The control directory at the root of a mount. */
  public static final String CONTROL = ".fdbox";

  /** Longest name in bytes, as NAME_MAX. */
  public static final int MAX_BYTES = 255;

  /** What a decoder puts where bytes were not UTF-8. */
  private static final char REPLACEMENT = '\uFFFD';

  private Names() {}

  /**
   * Refuses what cannot be a name.
   *
   * @return the name
   * @throws FsException {@code ENOENT} empty; {@code ENAMETOOLONG} over 255 bytes; {@code EILSEQ}
   *     not UTF-8, so that it could not be stored exactly; {@code EINVAL} dot names, slash or NUL
   */
  public static String check(String name) throws FsException {
    if (name.isEmpty()) {
      throw new FsException(Errno.ENOENT, "empty name");
    }
    if (name.indexOf(REPLACEMENT) >= 0) {
      throw new FsException(Errno.EILSEQ, "the name is not UTF-8");
    }
    if (name.equals(".") || name.equals("..")) {
      throw new FsException(Errno.EINVAL, "not a name: '" + name + "'");
    }
    if (name.indexOf('/') >= 0 || name.indexOf('\0') >= 0) {
      throw new FsException(Errno.EINVAL, "a name has no slash and no NUL");
    }
    if (name.length() > MAX_BYTES / 3 && name.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
      throw new FsException(Errno.ENAMETOOLONG, "a name has at most " + MAX_BYTES + " bytes");
    }
    return name;
  }
}
