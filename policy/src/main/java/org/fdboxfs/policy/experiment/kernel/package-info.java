/**
 * A kernel as far as the guard can tell: processes with credentials and tables of descriptors, open
 * files that several of them share, and a clock. Nothing here decides who may do what.
 *
 * <p>For one thread at a time.
 */
@NullMarked
package org.fdboxfs.policy.experiment.kernel;

import org.jspecify.annotations.NullMarked;
