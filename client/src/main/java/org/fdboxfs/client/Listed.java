package org.fdboxfs.client;

/**
 * One line of a list.
 *
 * @param name as the daemon tells it, without the slash that marks a directory
 * @param isDirectory a box or a directory
 * @param kind of an entry, such as {@code memfd}; empty for a directory
 */
public record Listed(String name, boolean isDirectory, String kind) {}
