package org.fdboxfs.fs;

import java.util.List;
import java.util.OptionalLong;
import org.fdboxfs.model.Attributes;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FsException;
import org.fdboxfs.policy.Listing;

/** The directory {@code .fdbox/chardev}, with a file for each device. */
final class DeviceDirectory {
  static final String NAME = "chardev";
  static final String PATH = ControlDirectory.PATH + "/" + NAME;

  private static final int DIRECTORY_MODE = 0555;
  private static final int DEVICE_MODE = 0600;

  /** Above those of the files of the control directory; the devices follow by their numbers. */
  private static final long INODE = (1L << 62) + (1L << 61);

  /** What the attributes have in common with those of the control directory. */
  interface Shown {
    Attributes attributes(long inode, Attributes.Type type, int mode);
  }

  private final Devices devices;
  private final Shown shown;

  DeviceDirectory(Devices devices, Shown shown) {
    this.devices = devices;
    this.shown = shown;
  }

  static boolean owns(String path) {
    return path.startsWith(PATH)
        && (path.length() == PATH.length() || path.charAt(PATH.length()) == '/');
  }

  static boolean ownsInode(long inode) {
    return inode > INODE;
  }

  Attributes attributes(String path) throws FsException {
    return path.equals(PATH)
        ? shown.attributes(INODE, Attributes.Type.DIRECTORY, DIRECTORY_MODE)
        : attributes(device(path));
  }

  Attributes attributes(long device) {
    return shown.attributes(inodeOf(device), Attributes.Type.FILE, DEVICE_MODE);
  }

  private static long inodeOf(long device) {
    return INODE + 1 + device;
  }

  /**
   * The number of the device at a path.
   *
   * @throws FsException {@code ENOENT}; {@code EISDIR} the directory itself
   */
  long device(String path) throws FsException {
    if (path.equals(PATH)) {
      throw new FsException(Errno.EISDIR, "is a directory");
    }
    return devices
        .device(path.substring(PATH.length() + 1))
        .orElseThrow(() -> new FsException(Errno.ENOENT, "no such device"));
  }

  /** What there is at this moment. */
  Listing list(long parentInode) {
    Listing.Builder listing = new Listing.Builder(INODE, parentInode);
    List<String> names = devices.names();
    for (String name : names) {
      OptionalLong device = devices.device(name);
      if (device.isPresent()) {
        listing.add(name, inodeOf(device.getAsLong()));
      }
    }
    return listing.build();
  }

  void ioctl(long device, int number, byte[] argument, Caller caller) throws FsException {
    devices.ioctl(device, number, argument, caller);
  }
}
