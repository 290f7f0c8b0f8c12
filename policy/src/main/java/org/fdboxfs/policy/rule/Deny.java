package org.fdboxfs.policy.rule;

import org.fdboxfs.model.Errno;

/**
 * A refusal as a value.
 *
 * @param rule id of the rule that refuses
 * @param errno what the caller of the system call gets
 * @param reason one lower-case sentence without a full stop
 */
public record Deny(String rule, Errno errno, String reason) {}
