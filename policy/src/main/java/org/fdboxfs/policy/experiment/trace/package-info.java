/**
 * Recorded events, decided again under other policies: the world goes as it was recorded, and every
 * decision in it is asked for anew. What a trace does not tell is not guessed.
 */
@NullMarked
package org.fdboxfs.policy.experiment.trace;

import org.jspecify.annotations.NullMarked;
