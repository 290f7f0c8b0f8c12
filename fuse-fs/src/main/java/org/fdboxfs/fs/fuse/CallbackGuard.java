package org.fdboxfs.fs.fuse;

import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The only way out of a callback. What is thrown across the native boundary is reported as success
 * by jffi, so nothing is: a refusal becomes its errno, anything else is a bug and becomes EIO.
 */
final class CallbackGuard {
  private static final Logger log = LoggerFactory.getLogger(CallbackGuard.class);
  private static final int FAILED = -Errno.EIO.code();

  /** What a callback does. */
  interface Body {
    /** A result of at least 0. */
    int run() throws FsException;
  }

  /** A callback that has no result but its success. */
  interface Action {
    void run() throws FsException;
  }

  private CallbackGuard() {}

  /**
   * Runs a callback.
   *
   * @return 0, or a negated errno
   */
  static int run(String operation, Object subject, Action action) {
    return guard(
        operation,
        subject,
        () -> {
          action.run();
          return 0;
        });
  }

  /**
   * Runs a callback.
   *
   * @return its result, or a negated errno
   */
  static int guard(String operation, Object subject, Body body) {
    try {
      return runAndLog(operation, subject, body);
    } catch (Throwable t) {
      return FAILED; // to say what was wrong took memory, or stack, that was not there either
    }
  }

  private static int runAndLog(String operation, Object subject, Body body) {
    try {
      return body.run();
    } catch (FsException e) {
      log.debug("{} {}: {} ({})", operation, subject, e.errno(), e.getMessage());
      return -e.errno().code();
    } catch (Throwable t) {
      log.error("{} {} failed", operation, subject, t);
      return FAILED;
    }
  }
}
