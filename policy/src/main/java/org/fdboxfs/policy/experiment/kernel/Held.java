package org.fdboxfs.policy.experiment.kernel;

import java.util.List;

/** What one name in the table of a process stands for. */
public interface Held {
  /** The open files that are not of the mount. */
  List<OpenFile> files();
}
