package org.fdboxfs.client;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Finds a program as execvp(3) does. Names are bytes, which need not be UTF-8. */
final class ProgramSearch {
  private static final int F_OK = 0;
  private static final int X_OK = 1;
  private static final byte[] PATH = "PATH=".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] DEFAULT = "/bin:/usr/bin".getBytes(StandardCharsets.US_ASCII);

  private ProgramSearch() {}

  /**
   * Finds it.
   *
   * @return a path with a slash in it
   * @throws FdBoxException {@code ENOENT}, {@code EACCES} and others of access(2)
   */
  static byte[] find(byte[] name, List<byte[]> environment) throws FdBoxException {
    if (indexOf(name, '/', 0) >= 0) {
      int errno = check(name);
      if (errno != 0) {
        throw new FdBoxException(errno, LibC.message(errno));
      }
      return name;
    }
    byte[] path = path(environment);
    int errno = Errnos.ENOENT;
    int start = 0;
    while (start <= path.length && name.length > 0) {
      int end = indexOf(path, ':', start);
      end = end < 0 ? path.length : end;
      byte[] candidate = join(path, start, end, name);
      int found = check(candidate);
      if (found == 0) {
        return candidate;
      }
      if (found == Errnos.EACCES) {
        errno = found; // there is one, and there may be a better one
      }
      start = end + 1;
    }
    throw new FdBoxException(errno, LibC.message(errno));
  }

  private static byte[] path(List<byte[]> environment) {
    for (byte[] variable : environment) {
      if (Arrays.mismatch(variable, PATH) >= PATH.length || Arrays.equals(variable, PATH)) {
        return Arrays.copyOfRange(variable, PATH.length, variable.length);
      }
    }
    return DEFAULT;
  }

  /** An empty part of the path is the working directory. */
  private static byte[] join(byte[] path, int start, int end, byte[] name) {
    int directory = end == start ? 1 : end - start;
    byte[] joined = new byte[directory + 1 + name.length];
    joined[0] = '.';
    System.arraycopy(path, start, joined, 0, end - start);
    joined[directory] = '/';
    System.arraycopy(name, 0, joined, directory + 1, name.length);
    return joined;
  }

  private static int indexOf(byte[] bytes, char wanted, int from) {
    for (int i = from; i < bytes.length; i++) {
      if (bytes[i] == wanted) {
        return i;
      }
    }
    return -1;
  }

  /** 0 if it can be run, else the errno. */
  private static int check(byte[] path) {
    if (access(path, X_OK) != 0) {
      return LibC.errno();
    }
    byte[] below = Arrays.copyOf(path, path.length + 2);
    below[path.length] = '/';
    below[path.length + 1] = '.';
    boolean directory = access(below, F_OK) == 0;
    return directory ? Errnos.EACCES : 0;
  }

  private static int access(byte[] path, int mode) {
    ByteBuffer string = LibC.string(path);
    try {
      return LibC.ACCESS.call(LibC.addressOf(string), mode);
    } finally {
      Reference.reachabilityFence(string);
    }
  }
}
