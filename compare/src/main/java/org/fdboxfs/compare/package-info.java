/**
 * Plays scenarios on the front ends, by real processes that make real system calls, and tells what
 * came of them.
 *
 * <p>{@link org.fdboxfs.compare.ScenarioFiles} reads, {@link org.fdboxfs.compare.Experiment} plays
 * one scenario on one front end as often as it takes to know everything about it, and {@link
 * org.fdboxfs.compare.ComparisonReport} writes it down. Below are {@link org.fdboxfs.compare.Play},
 * one performance from setup to end; {@link org.fdboxfs.compare.Translation}, what a step is on
 * each front end; {@link org.fdboxfs.compare.ActorProcess}, which does it; and {@link
 * org.fdboxfs.compare.Store}, a mount.
 *
 * <p>No class here is for more than one thread at a time, but for what interrupts: {@link
 * org.fdboxfs.compare.Store#abandon}.
 */
@NullMarked
package org.fdboxfs.compare;

import org.jspecify.annotations.NullMarked;
