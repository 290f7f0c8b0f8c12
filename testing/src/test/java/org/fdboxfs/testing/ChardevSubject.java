package org.fdboxfs.testing;

/**
 * A part of what FDBox RFC v1 says of its ioctls, for the place that {@link #nodes} names; and what
 * such parts have in common.
 */
interface ChardevSubject {
  /** A name that does not end within its room. */
  String UNTERMINATED = "x".repeat(256);

  /** The attribute of a box that tells whether it is sealed. */
  String STATE = "user.fdbox.state";

  /** Where they are served. */
  Nodes nodes();

  /** How often a race is run: the machine with the nodes is a slow one. */
  default int turns() {
    return nodes().cuse() ? 20 : 200;
  }

  /** An errno of a struct with these fields; of PUT and GET the number is fd and pad. */
  default String raw(
      OtherProcess process, long node, int command, long flags, long number, Object name) {
    return process.errno("fdbox_raw", node, command, flags, number, name);
  }
}
