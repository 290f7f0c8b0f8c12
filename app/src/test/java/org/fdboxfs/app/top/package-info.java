/** Tests of the live view without a terminal. */
@NullMarked
package org.fdboxfs.app.top;

import org.jspecify.annotations.NullMarked;
