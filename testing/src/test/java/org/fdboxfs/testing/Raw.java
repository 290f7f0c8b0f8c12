package org.fdboxfs.testing;

/**
 * A word for {@link OtherProcess} that is already encoded, for bytes that no string holds.
 *
 * @param encoded with %XX for bytes
 */
record Raw(String encoded) {}
