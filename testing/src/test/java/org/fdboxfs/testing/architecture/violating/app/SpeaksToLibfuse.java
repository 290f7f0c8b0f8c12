package org.fdboxfs.testing.architecture.violating.app;

import ru.serce.jnrfuse.struct.FuseFileInfo;

/** A command that knows libfuse. */
public final class SpeaksToLibfuse {
  private SpeaksToLibfuse() {}

  static long handle(FuseFileInfo info) {
    return info.fh.longValue();
  }
}
