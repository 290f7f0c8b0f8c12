package org.fdboxfs.fs;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FsException;

/** Reads which descriptor the target of a symlink(2) names. */
final class PutTarget {
  private static final Pattern OWN =
      Pattern.compile("/(?:dev/fd|proc/(?:self|thread-self)/fd)/(\\d{1,9})");
  private static final Pattern BY_PID = Pattern.compile("/proc/(\\d{1,9})/fd/(\\d{1,9})");

  private PutTarget() {}

  /**
   * The number of a descriptor in the caller's table.
   *
   * @throws FsException {@code EINVAL} the target names no descriptor; {@code EPERM} it names one
   *     of another process, which only the daemon's rights could reach
   */
  static int parse(String target, Caller caller) throws FsException {
    Matcher own = OWN.matcher(target);
    if (own.matches()) {
      return Integer.parseInt(own.group(1));
    }
    Matcher byPid = BY_PID.matcher(target);
    if (!byPid.matches()) {
      throw new FsException(
          Errno.EINVAL, "the target names no descriptor, as /proc/self/fd/N would");
    }
    if (Integer.parseInt(byPid.group(1)) != caller.process()) {
      throw new FsException(Errno.EPERM, "the target is a descriptor of another process");
    }
    return Integer.parseInt(byPid.group(2));
  }
}
