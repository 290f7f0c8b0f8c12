/** The {@code fdboxfs} command: its subcommands, and the wiring of the daemon in one class. */
@NullMarked
package org.fdboxfs.app;

import org.jspecify.annotations.NullMarked;
