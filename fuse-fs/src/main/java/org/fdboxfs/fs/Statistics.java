package org.fdboxfs.fs;

/**
 * What statfs(2) shows.
 *
 * @param blockSize in bytes
 * @param blocks in all
 * @param free of them
 * @param files entries that fit, in all
 * @param filesFree of them
 */
public record Statistics(long blockSize, long blocks, long free, long files, long filesFree) {}
