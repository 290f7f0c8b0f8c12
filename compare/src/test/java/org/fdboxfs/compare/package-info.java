@NullMarked
package org.fdboxfs.compare;

import org.jspecify.annotations.NullMarked;
