package org.fdboxfs.client;

/**
 * One descriptor that was taken, with the name of its entry.
 *
 * @param name from the root of the mount: {@code box/name}
 */
public record Taken(String name, Descriptor descriptor) {}
