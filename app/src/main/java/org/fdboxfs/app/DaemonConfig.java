package org.fdboxfs.app;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * All that a mount was asked to be.
 *
 * @param mountpoint absolute, an existing directory
 * @param policyFile the policy to start with, absolute and found valid; empty for the defaults
 * @param notifyBox the box for notifications whose names say none
 * @param chardev whether the character device is served as well
 * @param threads how many threads take requests; 0 leaves it to the daemon
 * @param passthrough whether memory may be reached without the daemon where the kernel can do it
 * @param allowOther whether other users may use the mount
 * @param logFile where the log goes, absolute; empty for stderr
 * @param fuseOptions the values for {@code -o} of FUSE that the caller chose, among them always
 *     {@code fsname=} and {@code subtype=}; {@code allow_other} is not repeated in them
 * @param foreground whether the command stays until the mount ends
 */
public record DaemonConfig(
    Path mountpoint,
    Optional<Path> policyFile,
    Optional<String> notifyBox,
    boolean chardev,
    int threads,
    boolean passthrough,
    boolean allowOther,
    Optional<Path> logFile,
    List<String> fuseOptions,
    boolean foreground) {
  /** Keeps a copy of the options. */
  public DaemonConfig {
    fuseOptions = List.copyOf(fuseOptions);
  }
}
