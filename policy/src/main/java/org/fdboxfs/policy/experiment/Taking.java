package org.fdboxfs.policy.experiment;

import org.fdboxfs.model.Caller.ProcessKey;
import org.fdboxfs.policy.experiment.kernel.OpenFile;
import org.fdboxfs.policy.experiment.kernel.SimulatedTaker;
import org.jspecify.annotations.Nullable;

/**
 * A descriptor that went out to somebody.
 *
 * @param grant the open that it was taken by
 * @param counts whether it mattered then who has it, as opens of the entry were limited or it was
 *     the member of a group
 * @param taker how the guard finds out; null when it does not need to, or knows by another take
 */
record Taking(
    Grant grant,
    ProcessKey process,
    OpenFile file,
    boolean counts,
    @Nullable SimulatedTaker taker) {}
