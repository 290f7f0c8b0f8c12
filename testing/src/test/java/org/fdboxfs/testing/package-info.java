/** Tests that drive a real mount by system calls, from processes that are not the daemon. */
@NullMarked
package org.fdboxfs.testing;

import org.jspecify.annotations.NullMarked;
