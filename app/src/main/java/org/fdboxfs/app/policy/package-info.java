/** {@code fdboxfs policy}: what policies say, without a mount. */
@NullMarked
package org.fdboxfs.app.policy;

import org.jspecify.annotations.NullMarked;
