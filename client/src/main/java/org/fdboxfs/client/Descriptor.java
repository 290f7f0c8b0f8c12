package org.fdboxfs.client;

import static org.fdboxfs.client.LibC.F_DUPFD_CLOEXEC;

import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An open file descriptor of this process with one owner, who closes it. It may be used by several
 * threads; closing it while another thread uses it is a mistake, as with any descriptor.
 */
public final class Descriptor implements AutoCloseable {
  private static final int GONE = -1;

  private final AtomicInteger number;

  private Descriptor(int number) {
    this.number = new AtomicInteger(number);
  }

  /**
   * Makes a descriptor out of a number that was come by in another way, and owns it from then on.
   *
   * @throws IllegalArgumentException a negative number
   */
  public static Descriptor adopt(int number) {
    if (number < 0) {
      throw new IllegalArgumentException("not a descriptor: " + number);
    }
    return new Descriptor(number);
  }

  /**
   * The number, for calls that borrow it.
   *
   * @throws IllegalStateException after {@link #close} or {@link #release}
   */
  public int number() {
    int current = number.get();
    if (current == GONE) {
      throw new IllegalStateException("the descriptor is closed, or was released");
    }
    return current;
  }

  /** The path under which this process can open anew what is behind it, where that is possible. */
  public Path path() {
    return Path.of("/proc/self/fd/" + number());
  }

  /**
   * Another descriptor of the same open file, close-on-exec, as fcntl(2) with F_DUPFD_CLOEXEC. It
   * is the caller's.
   *
   * @throws FdBoxException {@code EMFILE} no number is free
   */
  public Descriptor duplicate() throws FdBoxException {
    return duplicateFrom(0);
  }

  /**
   * This one, or in its place another of the same open file, so that it has none of the numbers.
   */
  Descriptor keepOff(Set<Integer> numbers) throws FdBoxException {
    if (!numbers.contains(number())) {
      return this;
    }
    int lowest = 0;
    while (true) {
      Descriptor duplicate = duplicateFrom(lowest);
      if (!numbers.contains(duplicate.number())) {
        close();
        return duplicate;
      }
      lowest = duplicate.number() + 1;
      duplicate.close();
    }
  }

  private Descriptor duplicateFrom(int lowest) throws FdBoxException {
    int duplicate = LibC.FCNTL.call(number(), F_DUPFD_CLOEXEC, lowest);
    if (duplicate < 0) {
      throw LibC.failure("cannot duplicate descriptor " + number());
    }
    return new Descriptor(duplicate);
  }

  /**
   * Hands the number over to the caller, who closes it from now on.
   *
   * @throws IllegalStateException after {@link #close} or {@link #release}
   */
  public int release() {
    int released = number.getAndSet(GONE);
    if (released == GONE) {
      throw new IllegalStateException("the descriptor is closed, or was released");
    }
    return released;
  }

  /** Closes it; a second time does nothing. Errors of close(2) leave nothing to be done. */
  @Override
  public void close() {
    int closed = number.getAndSet(GONE);
    if (closed != GONE) {
      LibC.CLOSE.call(closed);
    }
  }

  @Override
  public String toString() {
    int current = number.get();
    return current == GONE ? "closed descriptor" : "descriptor " + current;
  }
}
