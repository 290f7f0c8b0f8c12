@NullMarked
package org.fdboxfs.client;

import org.jspecify.annotations.NullMarked;
