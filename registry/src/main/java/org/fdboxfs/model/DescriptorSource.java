package org.fdboxfs.model;

/** Where descriptors come from; the fake behind unit tests hands out its own. */
public interface DescriptorSource {
  /**
   * A descriptor on its way in.
   *
   * @param descriptor owned by whoever holds the offer
   * @param self whether it is a handle of an fdboxfs mount
   */
  record Offer(Descriptor descriptor, boolean self) {}

  /**
   * Takes a duplicate of one of the caller's own descriptors, while the kernel holds the caller in
   * its system call (pidfd_getfd(2)).
   *
   * @param number in the table of the calling thread
   * @throws FsException {@code EBADF} not open, or open as O_PATH and so good for nothing; {@code
   *     EPERM} the daemon has no right to look at the caller, or cannot see it; {@code ENFILE} the
   *     daemon has no descriptors left
   */
  Offer fetch(Caller caller, int number) throws FsException;

  /**
   * Makes a new memfd of size 0.
   *
   * @throws FsException {@code ENFILE}, {@code ENOMEM}
   */
  Offer createMemory(String name) throws FsException;
}
