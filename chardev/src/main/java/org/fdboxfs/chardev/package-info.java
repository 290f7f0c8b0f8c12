/**
 * The character device of FDBox RFC v1 (Pratyush Yadav, 7 March 2025) over the guard: what each
 * ioctl means ({@link org.fdboxfs.chardev.Ioctls}), once for the nodes that CUSE serves and for the
 * files of a mount.
 *
 * <p>Locks: {@link org.fdboxfs.chardev.Deliveries} has one for what is on its way to somebody,
 * taken before the guard's and never while that is held. The nodes belong to one thread.
 */
@NullMarked
package org.fdboxfs.chardev;

import org.jspecify.annotations.NullMarked;
