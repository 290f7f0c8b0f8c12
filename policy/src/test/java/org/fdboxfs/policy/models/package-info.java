/** The shipped models, fact by fact. */
@NullMarked
package org.fdboxfs.policy.models;

import org.jspecify.annotations.NullMarked;
