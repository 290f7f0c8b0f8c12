/**
 * System calls, and the real descriptors behind {@link org.fdboxfs.model.Descriptor}. Bare
 * descriptor numbers appear only here and where a front end hands them to the kernel.
 */
@NullMarked
package org.fdboxfs.linux;

import org.jspecify.annotations.NullMarked;
