package org.fdboxfs.model;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The names of capabilities, in the order of their numbers (linux/capability.h). */
public final class Capabilities {
  /** All that this knows, by number. */
  public static final List<String> NAMES =
      List.of(
          "CAP_CHOWN",
          "CAP_DAC_OVERRIDE",
          "CAP_DAC_READ_SEARCH",
          "CAP_FOWNER",
          "CAP_FSETID",
          "CAP_KILL",
          "CAP_SETGID",
          "CAP_SETUID",
          "CAP_SETPCAP",
          "CAP_LINUX_IMMUTABLE",
          "CAP_NET_BIND_SERVICE",
          "CAP_NET_BROADCAST",
          "CAP_NET_ADMIN",
          "CAP_NET_RAW",
          "CAP_IPC_LOCK",
          "CAP_IPC_OWNER",
          "CAP_SYS_MODULE",
          "CAP_SYS_RAWIO",
          "CAP_SYS_CHROOT",
          "CAP_SYS_PTRACE",
          "CAP_SYS_PACCT",
          "CAP_SYS_ADMIN",
          "CAP_SYS_BOOT",
          "CAP_SYS_NICE",
          "CAP_SYS_RESOURCE",
          "CAP_SYS_TIME",
          "CAP_SYS_TTY_CONFIG",
          "CAP_MKNOD",
          "CAP_LEASE",
          "CAP_AUDIT_WRITE",
          "CAP_AUDIT_CONTROL",
          "CAP_SETFCAP",
          "CAP_MAC_OVERRIDE",
          "CAP_MAC_ADMIN",
          "CAP_SYSLOG",
          "CAP_WAKE_ALARM",
          "CAP_BLOCK_SUSPEND",
          "CAP_AUDIT_READ",
          "CAP_PERFMON",
          "CAP_BPF",
          "CAP_CHECKPOINT_RESTORE");

  /** Of a full set, which is what root mostly has. */
  private static final Set<String> FULL = Set.copyOf(NAMES);

  private static final long FULL_BITS = (1L << NAMES.size()) - 1;

  private Capabilities() {}

  /** As {@code CapEff} of {@code /proc/PID/status} shows them. */
  public static String hexadecimal(Set<String> names) {
    long bits = 0;
    for (String name : names) {
      int number = NAMES.indexOf(name);
      bits |= number < 0 ? 0 : 1L << number;
    }
    return String.format(Locale.ROOT, "%016x", bits);
  }

  /** The names of the bits that are set; those that are newer than this have none. */
  public static Set<String> of(long bits) {
    long known = bits & FULL_BITS;
    if (known == 0) {
      return Set.of();
    }
    if (known == FULL_BITS) {
      return FULL;
    }
    Set<String> names = new LinkedHashSet<>();
    for (int number = 0; number < NAMES.size(); number++) {
      if ((known & 1L << number) != 0) {
        names.add(NAMES.get(number));
      }
    }
    return Set.copyOf(names);
  }
}
