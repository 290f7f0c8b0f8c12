package org.fdboxfs.model;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * An error number of Linux (x86-64 and arm64 agree on these), always positive; the sign is applied
 * where a reply is encoded and nowhere else.
 *
 * @param code the number, as in errno(3)
 */
public record Errno(int code) {
  private static final Map<String, Errno> BY_NAME = new LinkedHashMap<>();
  private static final Map<Integer, String> NAMES = new LinkedHashMap<>();

  public static final Errno EPERM = named("EPERM", 1);
  public static final Errno ENOENT = named("ENOENT", 2);
  public static final Errno ESRCH = named("ESRCH", 3);
  public static final Errno EINTR = named("EINTR", 4);
  public static final Errno EIO = named("EIO", 5);
  public static final Errno ENXIO = named("ENXIO", 6);
  public static final Errno E2BIG = named("E2BIG", 7);
  public static final Errno EBADF = named("EBADF", 9);
  public static final Errno EAGAIN = named("EAGAIN", 11);
  public static final Errno ENOMEM = named("ENOMEM", 12);
  public static final Errno EACCES = named("EACCES", 13);
  public static final Errno EFAULT = named("EFAULT", 14);
  public static final Errno EBUSY = named("EBUSY", 16);
  public static final Errno EEXIST = named("EEXIST", 17);
  public static final Errno EXDEV = named("EXDEV", 18);
  public static final Errno ENODEV = named("ENODEV", 19);
  public static final Errno ENOTDIR = named("ENOTDIR", 20);
  public static final Errno EISDIR = named("EISDIR", 21);
  public static final Errno EINVAL = named("EINVAL", 22);
  public static final Errno ENFILE = named("ENFILE", 23);
  public static final Errno EMFILE = named("EMFILE", 24);
  public static final Errno ENOTTY = named("ENOTTY", 25);
  public static final Errno EFBIG = named("EFBIG", 27);
  public static final Errno ENOSPC = named("ENOSPC", 28);
  public static final Errno ESPIPE = named("ESPIPE", 29);
  public static final Errno EROFS = named("EROFS", 30);
  public static final Errno EPIPE = named("EPIPE", 32);
  public static final Errno ERANGE = named("ERANGE", 34);
  public static final Errno ENAMETOOLONG = named("ENAMETOOLONG", 36);
  public static final Errno ENOSYS = named("ENOSYS", 38);
  public static final Errno ENOTEMPTY = named("ENOTEMPTY", 39);
  public static final Errno ELOOP = named("ELOOP", 40);
  public static final Errno ENODATA = named("ENODATA", 61);
  public static final Errno ENOLINK = named("ENOLINK", 67);
  public static final Errno EOVERFLOW = named("EOVERFLOW", 75);
  public static final Errno EILSEQ = named("EILSEQ", 84);
  public static final Errno EOPNOTSUPP = named("EOPNOTSUPP", 95);
  public static final Errno EMSGSIZE = named("EMSGSIZE", 90);
  public static final Errno ECONNABORTED = named("ECONNABORTED", 103);
  public static final Errno ECONNRESET = named("ECONNRESET", 104);
  public static final Errno ENOTCONN = named("ENOTCONN", 107);
  public static final Errno ESTALE = named("ESTALE", 116);
  public static final Errno EDQUOT = named("EDQUOT", 122);

  public Errno {
    if (code <= 0) {
      throw new IllegalArgumentException("errno must be positive: " + code);
    }
  }

  private static Errno named(String name, int code) {
    Errno errno = new Errno(code);
    BY_NAME.put(name, errno);
    NAMES.put(code, name);
    return errno;
  }

  /** The constant of that name, for policy files; empty when fdboxfs never answers with it. */
  public static Optional<Errno> byName(String name) {
    return Optional.ofNullable(BY_NAME.get(name));
  }

  /** The symbol where it is known, else the number. */
  @Override
  public String toString() {
    return NAMES.getOrDefault(code, "errno " + code);
  }
}
