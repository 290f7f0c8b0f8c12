package org.fdboxfs.app.doctor;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The running kernel: its version, and how it was built as far as it tells. */
final class Kernel {
  private static final Pattern VERSION = Pattern.compile("(\\d{1,4})\\.(\\d{1,4}).*");

  private final Machine machine;
  private final String release;

  Kernel(Machine machine) {
    this.machine = machine;
    release = machine.read("/proc/sys/kernel/osrelease").orElse("unknown").trim();
  }

  String release() {
    return release;
  }

  boolean isAtLeast(int major, int minor) {
    Matcher version = VERSION.matcher(release);
    if (!version.matches()) {
      return false;
    }
    int actual = Integer.parseInt(version.group(1));
    return actual > major || (actual == major && Integer.parseInt(version.group(2)) >= minor);
  }

  /**
   * Whether an option is built in or a module; empty when the kernel's configuration is not there.
   */
  Optional<Boolean> hasOption(String option) {
    return configuration()
        .map(
            text ->
                text.lines()
                    .anyMatch(line -> line.equals(option + "=y") || line.equals(option + "=m")));
  }

  private Optional<String> configuration() {
    for (String file : List.of("/proc/config.gz", "/boot/config-" + release)) {
      Optional<String> text = machine.read(file);
      if (text.isPresent()) {
        return text;
      }
    }
    return Optional.empty();
  }
}
