package org.fdboxfs.policy.experiment.kernel;

import org.fdboxfs.model.Access;
import org.fdboxfs.model.Descriptor;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FsException;
import org.fdboxfs.model.NativeBuffer;
import org.fdboxfs.model.Timestamp;

/**
 * The daemon's descriptor of an open file. It counts its users, and fails at once where a real one
 * would be lost or used after its end.
 */
public final class SimulatedDescriptor implements Descriptor {
  private static final Timestamp BOOT = new Timestamp(0, 0);
  private static final int BLOCK = 512;
  private static final int KEEP_SIZE = 1;

  private final OpenFile file;
  private boolean shared;
  private int users = 1;

  /**
   * @param shared whether somebody else has the file
   */
  public SimulatedDescriptor(OpenFile file, boolean shared) {
    this.file = file;
    this.shared = shared;
  }

  public OpenFile file() {
    return file;
  }

  /** How many use it. */
  public int users() {
    return users;
  }

  @Override
  public FdKind kind() {
    return file.kind();
  }

  @Override
  public Access access() {
    return file.access();
  }

  @Override
  public boolean shared() {
    return shared;
  }

  @Override
  public void share() {
    shared = true;
  }

  @Override
  public int number() {
    throw new UnsupportedOperationException("a simulated descriptor has no number");
  }

  @Override
  public Stat stat() {
    requireUsed();
    long size = file.content().size();
    return new Stat(size, (size + BLOCK - 1) / BLOCK, BOOT, BOOT, BOOT);
  }

  @Override
  public void truncate(long size) throws FsException {
    requireUsed();
    if (!file.access().writes()) {
      throw new FsException(Errno.EINVAL, "not open for writing");
    }
    file.content().truncate(size);
  }

  @Override
  public void allocate(int mode, long offset, long length) {
    requireUsed();
    if ((mode & KEEP_SIZE) == 0) {
      file.content().truncate(Math.max(file.content().size(), offset + length));
    }
  }

  @Override
  public boolean isSameFile(Descriptor other) {
    return other instanceof SimulatedDescriptor simulated && simulated.file == file;
  }

  @Override
  public Descriptor retain() {
    if (users++ <= 0) {
      throw new IllegalStateException("retained after the last close");
    }
    return this;
  }

  @Override
  public void close() {
    if (--users < 0) {
      throw new IllegalStateException("closed once too often");
    }
  }

  private void requireUsed() {
    if (users <= 0) {
      throw new IllegalStateException("used after the last close");
    }
  }

  @Override
  public void onHangup(Runnable told) {
    throw notSimulated();
  }

  @Override
  public long pread(NativeBuffer into, long offset) {
    throw notSimulated();
  }

  @Override
  public long pwrite(NativeBuffer from, long offset) {
    throw notSimulated();
  }

  @Override
  public long readNow(NativeBuffer into) {
    throw notSimulated();
  }

  @Override
  public long writeNow(NativeBuffer from) {
    throw notSimulated();
  }

  @Override
  public long seek(long offset, int whence) {
    throw notSimulated();
  }

  /** Native memory: nothing of the guard has any. */
  private static UnsupportedOperationException notSimulated() {
    return new UnsupportedOperationException("bytes do not pass the guard");
  }
}
