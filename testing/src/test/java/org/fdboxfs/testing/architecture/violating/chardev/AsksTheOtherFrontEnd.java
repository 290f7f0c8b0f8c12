package org.fdboxfs.testing.architecture.violating.chardev;

import org.fdboxfs.fs.FdBoxFs;

/** A front end that goes through another one. */
public final class AsksTheOtherFrontEnd {
  private AsksTheOtherFrontEnd() {}

  static boolean isDevice(FdBoxFs fs) {
    return fs.content().isDevice(1);
  }
}
