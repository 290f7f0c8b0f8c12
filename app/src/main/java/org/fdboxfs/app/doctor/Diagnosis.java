package org.fdboxfs.app.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Looks at everything that a mount needs, and at what makes it better. */
public final class Diagnosis {
  private static final int CAP_SYS_ADMIN = 21;
  private static final int CAP_SYS_RESOURCE = 24;
  private static final long FEW_ENTRIES = 65_536;

  private final Machine machine;
  private final String status;
  private final boolean root;
  private final Kernel kernel;

  /**
   * @param machine what is asked
   */
  public Diagnosis(Machine machine) {
    this.machine = machine;
    status = machine.read("/proc/self/status").orElse("");
    root = field(status, "Uid:", 1).equals("0");
    kernel = new Kernel(machine);
  }

  /** What was found, the most important first. */
  public List<Finding> findings() {
    List<Finding> findings = new ArrayList<>();
    findings.add(device());
    findings.add(library());
    findings.add(fusermount());
    findings.add(kernelVersion());
    findings.add(passthrough());
    findings.add(user());
    findings.add(put());
    if (!root) {
      findings.add(allowOther());
    }
    findings.add(descriptors());
    findings.addAll(extras());
    return findings;
  }

  private Finding device() {
    String device = "/dev/fuse";
    if (!machine.exists(device)) {
      return Finding.required(
          device, "not there", "load it: modprobe fuse; in a container: --device /dev/fuse");
    }
    return machine.opens(device)
        ? Finding.ok(device, "opens")
        : Finding.required(device, "does not open", "as root: chmod 0666 /dev/fuse");
  }

  private Finding library() {
    String name = "libfuse.so.2";
    return machine
        .library(name)
        .map(file -> Finding.ok(name, file))
        .orElseGet(() -> Finding.required(name, "does not load", "apt-get install libfuse2"));
  }

  private Finding fusermount() {
    String name = "fusermount";
    if (machine.hasProgram(name)) {
      return Finding.ok(name, "installed");
    }
    String remedy = "apt-get install fuse3";
    return root
        ? Finding.limited(name, "not installed, root can do without", remedy)
        : Finding.required(name, "not installed, only root can mount", remedy);
  }

  private Finding kernelVersion() {
    return kernel.isAtLeast(5, 6)
        ? Finding.ok("kernel", kernel.release() + ", has pidfd_getfd")
        : Finding.limited(
            "kernel", kernel.release() + ", no pidfd_getfd: no put by ln -s", "5.6 or later");
  }

  private Finding passthrough() {
    String name = "passthrough";
    String without = "memory is forwarded, shared mmap is ENODEV";
    if (!kernel.isAtLeast(6, 9)) {
      return Finding.limited(name, "kernel before 6.9: " + without, "take a newer kernel");
    }
    Optional<Boolean> built = kernel.hasOption("CONFIG_FUSE_PASSTHROUGH");
    if (built.isPresent() && !built.get()) {
      return Finding.limited(
          name, "not in this kernel: " + without, "build it with CONFIG_FUSE_PASSTHROUGH=y");
    }
    if (!has(CAP_SYS_ADMIN)) {
      return Finding.limited(name, "needs CAP_SYS_ADMIN: " + without, "mount as root");
    }
    String known = built.isPresent() ? "in this kernel" : "likely, this kernel hides its options";
    return Finding.ok(name, known + "; memory is used at its own speed");
  }

  private boolean has(int capability) {
    String effective = field(status, "CapEff:", 1);
    return !effective.isEmpty()
        && ((Long.parseUnsignedLong(effective, 16) >>> capability) & 1) == 1;
  }

  private Finding user() {
    return root
        ? Finding.ok("user", "root: the mount is for all users, like /tmp")
        : Finding.limited(
            "user", "not root: the mount is for you alone", "mount as root to share it");
  }

  private Finding put() {
    String name = "put by ln -s";
    if (root) {
      return Finding.ok(name, "from every user");
    }
    String scope = machine.read("/proc/sys/kernel/yama/ptrace_scope").orElse("0").trim();
    return scope.equals("0")
        ? Finding.ok(name, "from your own processes")
        : Finding.limited(
            name,
            "Yama's ptrace_scope is " + scope + ": nobody's descriptor can be taken",
            "mount as root, or sysctl kernel.yama.ptrace_scope=0");
  }

  private Finding allowOther() {
    boolean allowed =
        machine
            .read("/etc/fuse.conf")
            .orElse("")
            .lines()
            .anyMatch(line -> line.strip().equals("user_allow_other"));
    return allowed
        ? Finding.ok("allow_other", "allowed by /etc/fuse.conf")
        : Finding.limited(
            "allow_other", "for root only", "put user_allow_other into /etc/fuse.conf to share");
  }

  private Finding descriptors() {
    return machine
        .room()
        .map(this::descriptors)
        .orElseGet(
            () ->
                Finding.limited("descriptors", "it cannot be found out how many can be held", ""));
  }

  private Finding descriptors(Machine.Room room) {
    String name = "descriptors";
    String possible = machine.read("/proc/sys/fs/nr_open").orElse("?").trim();
    boolean raised = String.valueOf(room.limit()).equals(possible);
    String limit = room.limit() + " open files";
    String text = "up to " + room.entries() + " entries at once";
    if (room.descriptors() > room.limit()) {
      text += ", those beyond " + limit + " in further tables";
    }
    if (!raised && !has(CAP_SYS_RESOURCE)) {
      text += "; without CAP_SYS_RESOURCE the limit stays at " + limit;
    }
    if (room.entries() >= FEW_ENTRIES) {
      return Finding.ok(name, text);
    }
    String newer = kernel.isAtLeast(6, 9) ? "" : ", or take Linux 6.9, which can exceed it";
    return Finding.limited(name, text, "raise ulimit -Hn (fs.nr_open is " + possible + ")" + newer);
  }

  private List<Finding> extras() {
    return List.of(
        compiler(),
        cuse(),
        extra("/dev/iommu", "to have iommufds to preserve", "a kernel with CONFIG_IOMMUFD"),
        extra("/dev/vfio", "to have VFIO devices to preserve", "modprobe vfio-pci"),
        extra("/dev/liveupdate", "to keep boxes over kexec", "a kernel with CONFIG_LIVEUPDATE"));
  }

  private Finding cuse() {
    String device = "/dev/cuse";
    String without = "optional, for /dev/fdbox (without it: .fdbox/chardev of the mount)";
    if (!machine.exists(device)) {
      boolean built = kernel.hasOption("CONFIG_CUSE").orElse(true);
      return Finding.optional(
          device, without, built ? "modprobe cuse" : "a kernel with CONFIG_CUSE");
    }
    return machine.opens(device)
        ? Finding.ok(device, "opens, for /dev/fdbox of mount --chardev")
        : Finding.optional(device, without, "only root can open it");
  }

  private Finding compiler() {
    String use = "for fdboxfs compare";
    return machine.hasProgram("cc")
        ? Finding.ok("cc", "there, " + use)
        : Finding.optional("cc", "optional, " + use, "apt-get install gcc libc6-dev");
  }

  private Finding extra(String file, String use, String remedy) {
    return machine.exists(file)
        ? Finding.ok(file, "there, " + use)
        : Finding.optional(file, "optional, " + use, remedy);
  }

  /** A word of the line that begins with a key; the empty text when there is none. */
  private static String field(String text, String key, int position) {
    return text.lines()
        .filter(line -> line.startsWith(key))
        .map(line -> line.substring(key.length()).trim().split("\\s+", -1))
        .filter(words -> words.length >= position)
        .map(words -> words[position - 1])
        .findFirst()
        .orElse("");
  }
}
