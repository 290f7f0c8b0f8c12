/**
 * The live view of a mount. {@link org.fdboxfs.app.top.Feed} knows what is so, {@link
 * org.fdboxfs.app.top.View} what the user wants to see of it, {@link org.fdboxfs.app.top.Picture}
 * makes lines of both, and only {@link org.fdboxfs.app.top.Top} and its window see a terminal.
 */
@NullMarked
package org.fdboxfs.app.top;

import org.jspecify.annotations.NullMarked;
