/** What this machine offers, and what to do about each lack. */
@NullMarked
package org.fdboxfs.app.doctor;

import org.jspecify.annotations.NullMarked;
