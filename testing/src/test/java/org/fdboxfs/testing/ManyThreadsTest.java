package org.fdboxfs.testing;

/** A mount with more threads than it is good for. */
@Mounted(options = "threads=8")
class ManyThreadsTest extends ThreadsContract {}
