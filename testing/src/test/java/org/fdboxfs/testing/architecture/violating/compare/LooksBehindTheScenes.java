package org.fdboxfs.testing.architecture.violating.compare;

import org.fdboxfs.fs.FdBoxFs;

/** A comparison that knows more than a user of the mount. */
public final class LooksBehindTheScenes {
  private LooksBehindTheScenes() {}

  static boolean isDevice(FdBoxFs fs) {
    return fs.content().isDevice(1);
  }
}
