package org.fdboxfs.fs;

import java.util.List;
import java.util.OptionalLong;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.FsException;

/** Devices that a mount shows as files of its control directory; all they answer is ioctl(2). */
public interface Devices {
  /** In the order in which they are listed. */
  List<String> names();

  /** The number of a device, 0 or more; empty when there is none of that name. */
  OptionalLong device(String name);

  /**
   * Answers an ioctl(2).
   *
   * @param argument as many bytes as the number says that the caller gives, else none
   * @param caller held in the call
   */
  void ioctl(long device, int number, byte[] argument, Caller caller) throws FsException;
}
