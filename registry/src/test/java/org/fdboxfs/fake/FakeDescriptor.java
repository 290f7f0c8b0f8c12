package org.fdboxfs.fake;

import java.util.concurrent.atomic.AtomicInteger;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.Descriptor;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FsException;
import org.fdboxfs.model.NativeBuffer;
import org.fdboxfs.model.Timestamp;
import org.jspecify.annotations.Nullable;

/**
 * A descriptor of any kind that counts its users and has a size but no bytes. What a real one would
 * not survive fails at once: one use too many, or a use after the last close.
 */
public final class FakeDescriptor implements Descriptor {
  private static final Timestamp EPOCH = new Timestamp(0, 0);

  private final FdKind kind;
  private final Access access;
  private final AtomicInteger users = new AtomicInteger(1);
  private volatile long size;
  private volatile Timestamp modified = EPOCH;
  private volatile boolean broken;
  private volatile @Nullable FakeDescriptor original;
  private volatile @Nullable Runnable onHangup;

  public FakeDescriptor(FdKind kind) {
    this(kind, Access.READ_WRITE);
  }

  public FakeDescriptor(FdKind kind, Access access) {
    this.kind = kind;
    this.access = access;
  }

  /** Memory of that size. */
  public static FakeDescriptor memory(long size) {
    FakeDescriptor memory = new FakeDescriptor(FdKind.MEMFD);
    memory.size = size;
    return memory;
  }

  /** Another descriptor of the same open file, as dup(2) makes. */
  public FakeDescriptor duplicate() {
    FakeDescriptor duplicate = new FakeDescriptor(kind, access);
    duplicate.original = this;
    return duplicate;
  }

  /** The other side goes. */
  public void hangUp() {
    Runnable told = onHangup;
    if (told != null) {
      told.run();
    }
  }

  public int users() {
    return users.get();
  }

  /** From now on the kernel would answer {@code EIO} to every question about it. */
  public void breakDown() {
    broken = true;
  }

  /** Somebody else writes through another handle. */
  public void writtenBySomebody(long newSize, Timestamp when) {
    size = newSize;
    modified = when;
  }

  @Override
  public FdKind kind() {
    return kind;
  }

  @Override
  public Access access() {
    return access;
  }

  @Override
  public long seek(long offset, int whence) {
    return offset;
  }

  @Override
  public boolean shared() {
    return true;
  }

  @Override
  public void share() {}

  @Override
  public int number() {
    return 99;
  }

  @Override
  public Stat stat() throws FsException {
    requireUsed();
    if (broken) {
      throw new FsException(Errno.EIO, "broken");
    }
    return new Stat(size, (size + 511) / 512, EPOCH, modified, modified);
  }

  @Override
  public long pread(NativeBuffer into, long offset) {
    requireUsed();
    return Math.max(0, Math.min(into.length(), size - offset));
  }

  @Override
  public long pwrite(NativeBuffer from, long offset) {
    requireUsed();
    size = Math.max(size, offset + from.length());
    return from.length();
  }

  @Override
  public long readNow(NativeBuffer into) {
    requireUsed();
    return 0;
  }

  @Override
  public long writeNow(NativeBuffer from) {
    requireUsed();
    return from.length();
  }

  @Override
  public void truncate(long size) {
    requireUsed();
    this.size = size;
  }

  @Override
  public void allocate(int mode, long offset, long length) {
    requireUsed();
    size = Math.max(size, offset + length);
  }

  @Override
  public boolean isSameFile(Descriptor other) {
    return other instanceof FakeDescriptor fake
        && (fake == this || fake == original || fake.original == this);
  }

  @Override
  public void onHangup(Runnable told) throws FsException {
    if (kind == FdKind.UNKNOWN) {
      throw new FsException(Errno.ENFILE, "cannot be watched");
    }
    onHangup = told;
  }

  @Override
  public Descriptor retain() {
    if (users.getAndIncrement() <= 0) {
      throw new AssertionError("retained after the last close");
    }
    return this;
  }

  @Override
  public void close() {
    if (users.decrementAndGet() < 0) {
      throw new AssertionError("closed once too often");
    }
  }

  private void requireUsed() {
    if (users.get() <= 0) {
      throw new AssertionError("used after the last close");
    }
  }
}
