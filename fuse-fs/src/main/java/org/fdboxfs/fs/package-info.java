/**
 * What each operation of a mount means, without FUSE: paths and handles in, values and {@link
 * org.fdboxfs.model.FsException} out. It reaches content through leases of the guard only.
 */
@NullMarked
package org.fdboxfs.fs;

import org.jspecify.annotations.NullMarked;
