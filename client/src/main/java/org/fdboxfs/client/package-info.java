/**
 * Real descriptors from an fdboxfs mount, and into it: {@link org.fdboxfs.client.Exchange} is where
 * to start.
 *
 * <pre>{@code
 * try (Exchange exchange = Exchange.connect(Path.of("/run/box"));
 *     OpenEntry device = exchange.open("vm1/vfio0", Access.READ_WRITE)) {
 *   use(device.descriptor().number());
 * }
 * }</pre>
 *
 * <p><b>Ownership.</b> Every {@link org.fdboxfs.client.Descriptor} that a method returns is the
 * caller's to close; one that is passed to a method stays the caller's. All are close-on-exec.
 *
 * <p><b>Errors.</b> A refusal is an {@link org.fdboxfs.client.FdBoxException} with the errno and
 * the daemon's own sentence. An answer that cannot be understood is {@code EPROTO}, and ends the
 * connection. Whatever goes wrong, descriptors that have arrived are closed.
 *
 * <p>The calls of the C library are made through jffi, for Java 17 cannot pass descriptors. 64-bit
 * Linux only.
 */
@NullMarked
package org.fdboxfs.client;

import org.jspecify.annotations.NullMarked;
