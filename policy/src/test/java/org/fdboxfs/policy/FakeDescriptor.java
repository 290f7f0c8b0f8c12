package org.fdboxfs.policy;

import org.fdboxfs.model.Access;
import org.fdboxfs.model.Descriptor;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.NativeBuffer;
import org.fdboxfs.model.Timestamp;

/** A descriptor of any kind that counts its users and holds nothing. */
public final class FakeDescriptor implements Descriptor {
  private static final Timestamp EPOCH = new Timestamp(0, 0);

  private final FdKind kind;
  private long size;
  private int users = 1;

  public FakeDescriptor(FdKind kind) {
    this.kind = kind;
  }

  public int users() {
    return users;
  }

  @Override
  public FdKind kind() {
    return kind;
  }

  @Override
  public Access access() {
    return Access.READ_WRITE;
  }

  @Override
  public boolean shared() {
    return true;
  }

  @Override
  public int number() {
    return 99;
  }

  @Override
  public Stat stat() {
    return new Stat(size, 0, EPOCH, EPOCH, EPOCH);
  }

  @Override
  public long pread(NativeBuffer into, long offset) {
    return 0;
  }

  @Override
  public long pwrite(NativeBuffer from, long offset) {
    return from.length();
  }

  @Override
  public long readNow(NativeBuffer into) {
    return 0;
  }

  @Override
  public long writeNow(NativeBuffer from) {
    return from.length();
  }

  @Override
  public void truncate(long size) {
    this.size = size;
  }

  @Override
  public void allocate(int mode, long offset, long length) {
    size = Math.max(size, offset + length);
  }

  @Override
  public Descriptor retain() {
    users++;
    return this;
  }

  @Override
  public void close() {
    users--;
  }
}
