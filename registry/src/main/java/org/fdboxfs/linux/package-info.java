/**
 * System calls, and the real descriptors behind {@link org.fdboxfs.model.Descriptor}. Bare
 * descriptor numbers appear only here and where a front end hands them to the kernel.
 *
 * <p><b>Tables.</b> A number means something in one descriptor table only. All threads share the
 * common one, but for the few that {@link org.fdboxfs.linux.Shelves} are made of. What is held
 * stays in the common table while there is room, and goes to a shelf otherwise; nobody outside this
 * package can tell. What is pinned always has a number in the common table.
 *
 * <p><b>Locking.</b> The lock of one shelved descriptor is the innermost but for that of a request
 * to a thread; under it there is one call of pidfd_getfd(2), which never waits. That of the shelves
 * is taken to find room, and held while one more is made. Nothing is closed under either.
 */
@NullMarked
package org.fdboxfs.linux;

import org.jspecify.annotations.NullMarked;
