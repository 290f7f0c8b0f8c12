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

  /**
   * What a daemon could hold here.
   *
   * @param limit how many files it may have open in one table of descriptors
   * @param descriptors how many it can hold, in further tables as well
   * @param entries how many of them fit its memory
   */
  record Room(long limit, long descriptors, long entries) {}

  /** What a daemon could hold, found out by trying; empty where that fails. */
  Optional<Room> room();

  /** Where a shared library is, if there is one and it loads; else empty. */
  Optional<String> library(String name);
}
