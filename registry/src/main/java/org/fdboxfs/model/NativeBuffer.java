package org.fdboxfs.model;

/**
 * Memory outside the heap, lent for one call.
 *
 * @param address of the first byte
 * @param length in bytes
 */
public record NativeBuffer(long address, long length) {}
