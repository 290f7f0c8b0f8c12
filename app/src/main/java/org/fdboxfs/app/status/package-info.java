/** The control files of a mount as values, and as text for people. */
@NullMarked
package org.fdboxfs.app.status;

import org.jspecify.annotations.NullMarked;
