/**
 * Boxes, directories, entries and claims: the namespace, and who owns which descriptor.
 *
 * <p><b>Locking.</b> Nothing here locks. The guard (package {@code org.fdboxfs.policy}) is the only
 * user and holds its one lock around every call; what leaves the lock are immutable values and
 * counted descriptors. Closing a kernel descriptor may take time, so the registry never closes one:
 * it hands back what was let go and the guard closes it after unlocking.
 */
@NullMarked
package org.fdboxfs.registry;

import org.jspecify.annotations.NullMarked;
