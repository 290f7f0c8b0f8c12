package org.fdboxfs.testing.architecture.violating.fs;

import java.nio.file.Path;
import org.fdboxfs.client.Exchange;
import org.fdboxfs.client.FdBoxException;

/** A front end that is a client of its own daemon, which would wait for itself. */
public final class AsksItself {
  private AsksItself() {}

  static void connect(Path mountpoint) throws FdBoxException {
    Exchange.connect(mountpoint).close();
  }
}
