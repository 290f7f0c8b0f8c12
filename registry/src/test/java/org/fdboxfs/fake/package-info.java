/** The kernel, the clock and other processes as tests want them; shared by the modules. */
@NullMarked
package org.fdboxfs.fake;

import org.jspecify.annotations.NullMarked;
