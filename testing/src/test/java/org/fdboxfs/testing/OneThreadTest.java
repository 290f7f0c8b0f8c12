package org.fdboxfs.testing;

/** A mount whose requests are all taken by one thread. */
@Mounted(options = "threads=1")
class OneThreadTest extends ThreadsContract {}
