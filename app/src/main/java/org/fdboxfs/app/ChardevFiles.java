package org.fdboxfs.app;

import java.util.List;
import java.util.OptionalLong;
import org.fdboxfs.chardev.Ioctls;
import org.fdboxfs.fs.Devices;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.FsException;

/** The ioctls of the character device on files of the mount: front ends do not know each other. */
record ChardevFiles(Ioctls ioctls) implements Devices {
  @Override
  public List<String> names() {
    return ioctls.names();
  }

  @Override
  public OptionalLong device(String name) {
    return ioctls.device(name);
  }

  @Override
  public void ioctl(long device, int number, byte[] argument, Caller caller) throws FsException {
    ioctls.onMount(device, number, argument, caller);
  }
}
