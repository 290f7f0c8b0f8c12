package org.fdboxfs.fs.socket;

import java.util.Arrays;
import org.fdboxfs.linux.LinuxDescriptors;
import org.fdboxfs.model.DescriptorSource.Offer;
import org.fdboxfs.model.FsException;

/** The descriptors that came with one message; those that nobody takes over end with it. */
final class Parcel implements AutoCloseable {
  private static final int GONE = -1;

  private final LinuxDescriptors descriptors;
  private final int uid;
  private final int[] numbers;

  /**
   * @param numbers owned by this from now on
   * @param uid of the sender
   */
  Parcel(LinuxDescriptors descriptors, int[] numbers, int uid) {
    this.descriptors = descriptors;
    this.numbers = numbers.clone();
    this.uid = uid;
  }

  int size() {
    return numbers.length;
  }

  /** Lent. */
  int number(int index) {
    return numbers[index];
  }

  /**
   * Makes a descriptor of one that is to be kept.
   *
   * @return owned by the caller
   */
  Offer adopt(int index) throws FsException {
    int number = numbers[index];
    numbers[index] = GONE;
    return descriptors.adopt(number, uid);
  }

  @Override
  public void close() {
    for (int number : numbers) {
      if (number != GONE) {
        descriptors.discard(number, uid);
      }
    }
    Arrays.fill(numbers, GONE);
  }
}
