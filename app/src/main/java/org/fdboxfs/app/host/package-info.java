/** What the machine says of itself in text: mounts, processes, accounts, credentials. */
@NullMarked
package org.fdboxfs.app.host;

import org.jspecify.annotations.NullMarked;
