package org.fdboxfs.app.doctor;

import java.util.Optional;

/** What can be asked of a machine; in tests a fake answers. */
interface Machine {
  /** The text of a file, empty where it cannot be read; one that ends in .gz is unpacked. */
  Optional<String> read(String file);

  boolean exists(String file);

  /** Whether it can be opened for reading and writing. */
  boolean opens(String file);

  /** Whether a program is installed. */
  boolean hasProgram(String name);

  /** Where a shared library is, if there is one and it loads; else empty. */
  Optional<String> library(String name);
}
