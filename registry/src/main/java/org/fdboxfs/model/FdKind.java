package org.fdboxfs.model;

import java.util.Optional;

/**
 * What a preserved descriptor is. The kind decides how an entry opens (its {@link Use}), whether it
 * may go in without being asked for, and whether it opens once at a time.
 *
 * <p>To add a kind: a line here, and a line in the table that recognises it ({@code
 * org.fdboxfs.linux.KindTable}).
 */
public enum FdKind {
  MEMFD("memfd", Use.MEMORY, true, false),
  /** Shared memory of the kernel's own tmpfs mount that is no memfd, such as System V segments. */
  SHMEM("shmem", Use.MEMORY, false, false),
  GUEST_MEMFD("guest_memfd", Use.HANDLE, true, false),
  IOMMUFD("iommufd", Use.HANDLE, true, false),
  VFIO_DEVICE("vfio-device", Use.HANDLE, true, true),
  VFIO_GROUP("vfio-group", Use.HANDLE, true, true),
  VFIO_CONTAINER("vfio-container", Use.HANDLE, false, false),
  KVM("kvm", Use.HANDLE, false, false),
  KVM_VM("kvm-vm", Use.HANDLE, true, false),
  KVM_VCPU("kvm-vcpu", Use.HANDLE, true, false),
  EVENTFD("eventfd", Use.STREAM, true, false),
  TIMERFD("timerfd", Use.STREAM, true, false),
  SIGNALFD("signalfd", Use.STREAM, false, false),
  PIPE("pipe", Use.STREAM, true, false),
  SOCKET("socket", Use.STREAM, true, false),
  TTY("tty", Use.STREAM, false, false),
  PIDFD("pidfd", Use.HANDLE, true, false),
  NAMESPACE("namespace", Use.HANDLE, true, false),
  DMA_BUF("dma-buf", Use.HANDLE, true, false),
  LUO_SESSION("luo-session", Use.HANDLE, true, false),
  EPOLL("epoll", Use.HANDLE, false, false),
  IO_URING("io_uring", Use.HANDLE, false, false),
  INOTIFY("inotify", Use.HANDLE, false, false),
  BPF("bpf", Use.HANDLE, false, false),
  /** A regular file of another filesystem: it pins the mount that it is on. */
  FILE("file", Use.MEMORY, false, false),
  /** A directory of another filesystem: it pins the mount that it is on. */
  DIRECTORY("directory", Use.HANDLE, false, false),
  UNKNOWN("unknown", Use.HANDLE, false, false);

  /** How an open entry of the kind is used. */
  public enum Use {
    /** Bytes at offsets: read, write and map. */
    MEMORY,
    /** A stream: read, write and poll are forwarded. */
    STREAM,
    /** Nothing but the claim: the real descriptor comes by take. */
    HANDLE
  }

  private final String label;
  private final Use use;
  private final boolean allowedByDefault;
  private final boolean singleOpen;

  FdKind(String label, Use use, boolean allowedByDefault, boolean singleOpen) {
    this.label = label;
    this.use = use;
    this.allowedByDefault = allowedByDefault;
    this.singleOpen = singleOpen;
  }

  /** The word that policy files, listings and {@code user.fdbox.kind} use. */
  public String label() {
    return label;
  }

  public Use use() {
    return use;
  }

  /** Whether a policy that does not mention the kind lets it in. */
  public boolean allowedByDefault() {
    return allowedByDefault;
  }

  /** Whether a policy that does not mention the kind grants one claim at a time. */
  public boolean singleOpen() {
    return singleOpen;
  }

  /** Whether the presence of such a member makes its directory a group by default. */
  public boolean linksGroup() {
    return this == IOMMUFD || this == VFIO_DEVICE || this == VFIO_GROUP;
  }

  /** The kind with that {@link #label}, if there is one. */
  public static Optional<FdKind> byLabel(String label) {
    for (FdKind kind : values()) {
      if (kind.label.equals(label)) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }

  @Override
  public String toString() {
    return label;
  }
}
