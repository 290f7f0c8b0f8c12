/** Tests of the renderers. */
@NullMarked
package org.fdboxfs.report;

import org.jspecify.annotations.NullMarked;
