/**
 * The mount: libfuse 2 through jnr-fuse, driven by a session loop of our own. Callbacks translate
 * and never decide. Beside them stands what libfuse 2 has no word for, done on the requests and
 * replies themselves: passthrough, open flags, streams that wait without a thread, names that are
 * not UTF-8, attributes of open files whose name is gone.
 *
 * <p><b>Locking.</b> The session's read lock makes one thread the reader. Requests that are
 * answered quickly are answered under it, so that RELEASE has ended its claim before a later OPEN
 * is even read; the others let the next reader in first. Order: read lock, then the tables of this
 * package, then what the guard documents.
 */
@NullMarked
package org.fdboxfs.fs.fuse;

import org.jspecify.annotations.NullMarked;
