package org.fdboxfs.linux;

import static org.fdboxfs.linux.FileStatus.Type.CHARACTER;
import static org.fdboxfs.linux.FileStatus.Type.DIRECTORY;
import static org.fdboxfs.linux.FileStatus.Type.FIFO;
import static org.fdboxfs.linux.FileStatus.Type.REGULAR;
import static org.fdboxfs.linux.FileStatus.Type.SOCKET;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FsException;

/**
 * Recognises what a descriptor is. Only what a user cannot forge counts: the filesystem a file is
 * on, the device number of a node, the name that the kernel gives an anonymous inode (a path always
 * starts with a slash). The first line that fits decides; what fits none is unknown.
 */
final class KindTable {
  private static final Pattern NAMESPACE = Pattern.compile("[a-z_]+:\\[\\d+\\]");
  private static final int MFD_HUGETLB = 4;

  /** What is known of a descriptor when the table is asked. */
  private record Facts(int fd, FileStatus status, String link, String devname) {
    boolean anonymous(String name) {
      return link.equals("anon_inode:" + name);
    }

    boolean is(FileStatus.Type type) {
      return status.type() == type;
    }

    boolean node(String name) {
      return is(CHARACTER) && devname.equals(name);
    }
  }

  private record Line(FdKind kind, Predicate<Facts> fits) {}

  private final Set<String> memfdDevices = new HashSet<>();
  private final String namespaceDevice;
  private final List<Line> table =
      List.of(
          new Line(FdKind.MEMFD, f -> onMemfdDevice(f) && f.link().startsWith("/memfd:")),
          new Line(FdKind.SHMEM, f -> onMemfdDevice(f)),
          new Line(FdKind.GUEST_MEMFD, f -> f.anonymous("[kvm-gmem]")),
          new Line(FdKind.EVENTFD, f -> f.anonymous("[eventfd]")),
          new Line(FdKind.TIMERFD, f -> f.anonymous("[timerfd]")),
          new Line(FdKind.SIGNALFD, f -> f.anonymous("[signalfd]")),
          new Line(FdKind.PIPE, f -> f.is(FIFO) && f.link().startsWith("pipe:[")),
          new Line(FdKind.SOCKET, f -> f.is(SOCKET) && f.link().startsWith("socket:[")),
          new Line(FdKind.PIDFD, f -> f.anonymous("[pidfd]") || f.link().startsWith("pidfd:[")),
          new Line(FdKind.NAMESPACE, this::onNamespaceDevice),
          new Line(FdKind.IOMMUFD, f -> f.node("iommu")),
          new Line(FdKind.VFIO_CONTAINER, f -> f.node("vfio/vfio")),
          new Line(FdKind.VFIO_DEVICE, KindTable::isVfioDevice),
          new Line(FdKind.VFIO_GROUP, f -> f.is(CHARACTER) && isVfioGroup(f.devname())),
          new Line(FdKind.KVM, f -> f.node("kvm")),
          new Line(FdKind.KVM_VM, f -> f.anonymous("kvm-vm")),
          new Line(FdKind.KVM_VCPU, f -> f.link().startsWith("anon_inode:kvm-vcpu:")),
          new Line(FdKind.LUO_SESSION, f -> f.link().startsWith("anon_inode:[luo_session]")),
          new Line(FdKind.EPOLL, f -> f.anonymous("[eventpoll]")),
          new Line(FdKind.IO_URING, f -> f.anonymous("[io_uring]")),
          new Line(FdKind.INOTIFY, f -> f.anonymous("inotify") || f.anonymous("[fanotify]")),
          new Line(FdKind.BPF, f -> f.link().startsWith("anon_inode:bpf")),
          new Line(FdKind.DMA_BUF, KindTable::isDmaBuf),
          new Line(FdKind.TTY, f -> f.is(CHARACTER) && isTerminal(f.devname())),
          new Line(FdKind.FILE, f -> f.is(REGULAR) && f.link().startsWith("/")),
          new Line(FdKind.DIRECTORY, f -> f.is(DIRECTORY)));

  KindTable() throws FsException {
    learnMemfdDevice(0);
    try {
      learnMemfdDevice(MFD_HUGETLB);
    } catch (FsException e) {
      // Without huge pages in the kernel there are no such memfds to recognise.
      assert !memfdDevices.isEmpty();
    }
    int namespace = Linux.open("/proc/self/ns/mnt", 0);
    try {
      namespaceDevice = Linux.status(namespace).device();
    } finally {
      Linux.close(namespace);
    }
  }

  /** All memfds are on one filesystem inside the kernel, which no user can mount. */
  private void learnMemfdDevice(int flags) throws FsException {
    int sample = Linux.memfdCreate("fdboxfs-sample", flags | 1);
    try {
      memfdDevices.add(Linux.status(sample).device());
    } finally {
      Linux.close(sample);
    }
  }

  /** What a descriptor of ours is; makes no call that its filesystem could hold up. */
  FdKind kindOf(int fd, FileStatus status) throws FsException {
    String link = Linux.readlink("/proc/self/fd/" + fd);
    String devname = status.type() == CHARACTER ? deviceName(status.rdevice()) : "";
    Facts facts = new Facts(fd, status, link, devname);
    for (Line line : table) {
      if (line.fits().test(facts)) {
        return line.kind();
      }
    }
    return FdKind.UNKNOWN;
  }

  private boolean onMemfdDevice(Facts f) {
    return f.is(REGULAR) && memfdDevices.contains(f.status().device());
  }

  private boolean onNamespaceDevice(Facts f) {
    return f.status().device().equals(namespaceDevice)
        || (f.is(REGULAR) && NAMESPACE.matcher(f.link()).matches());
  }

  /** The name under /dev that the driver asked for; a node may be made anywhere under any name. */
  private static String deviceName(String rdevice) {
    try {
      String uevent = Linux.readFile("/sys/dev/char/" + rdevice + "/uevent");
      for (String line : uevent.split("\n", -1)) {
        if (line.startsWith("DEVNAME=")) {
          return line.substring("DEVNAME=".length());
        }
      }
    } catch (FsException e) {
      // Not every driver has a class: pseudo terminals have none.
      return rdevice.startsWith("136:") ? "pts/" + rdevice.substring(4) : "";
    }
    return "";
  }

  private static boolean isVfioDevice(Facts f) {
    return f.anonymous("[vfio-device]")
        || (f.is(CHARACTER) && f.devname().startsWith("vfio/devices/vfio"));
  }

  private static boolean isVfioGroup(String devname) {
    return devname.startsWith("vfio/")
        && devname.substring("vfio/".length()).replace("noiommu-", "").matches("\\d+");
  }

  private static boolean isTerminal(String devname) {
    return devname.startsWith("pts/") || devname.matches("tty[A-Za-z]*\\d+");
  }

  /** The name could be forged by a file of another mount namespace, this line could not. */
  private static boolean isDmaBuf(Facts f) {
    try {
      return f.link().startsWith("/dmabuf:")
          && Linux.readFile("/proc/self/fdinfo/" + f.fd()).contains("\nexp_name:");
    } catch (FsException e) {
      return false;
    }
  }
}
