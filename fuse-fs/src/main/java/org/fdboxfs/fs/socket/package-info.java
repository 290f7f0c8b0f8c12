/**
 * The sockets: messages and descriptors in, answers and descriptors out. They translate and never
 * decide, as the mount does; what they hold are leases of the guard.
 *
 * <p>A number that was received belongs to a {@link org.fdboxfs.fs.socket.Parcel}, which closes it
 * on every path, until a descriptor of the registry has it. No lock is held over anything here.
 */
@NullMarked
package org.fdboxfs.fs.socket;

import org.jspecify.annotations.NullMarked;
