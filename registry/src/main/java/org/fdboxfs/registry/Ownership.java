package org.fdboxfs.registry;

/**
 * Whose a new node is.
 *
 * @param mode permission bits (07777)
 */
public record Ownership(int uid, int gid, int mode) {}
