/**
 * The words of fdboxfs as values: errno, kind, caller, access, attributes. JDK only; used by every
 * other package, uses none of them.
 */
@NullMarked
package org.fdboxfs.model;

import org.jspecify.annotations.NullMarked;
