package org.fdboxfs.fs;

import java.util.function.BooleanSupplier;

/**
 * What {@code .fdbox/status} says of the mount itself.
 *
 * @param passthrough whether memory is used through FUSE passthrough at this moment
 * @param policy where the policy came from
 */
public record MountFacts(
    int pid,
    String version,
    String mountpoint,
    String keeper,
    String kernel,
    int threads,
    BooleanSupplier passthrough,
    String policy) {}
