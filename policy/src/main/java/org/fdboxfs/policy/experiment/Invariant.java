package org.fdboxfs.policy.experiment;

/**
 * What must hold in every state that a scenario can get into.
 *
 * @param line of the file where {@code always} stands, from 1
 * @param always the text of a condition, not compiled
 */
public record Invariant(int line, String id, String always) {}
