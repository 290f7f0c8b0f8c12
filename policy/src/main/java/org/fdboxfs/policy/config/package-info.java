/**
 * From the text of a policy or a scenario to what it says, validated; the only user of YAML and
 * CEL.
 *
 * <p>{@link org.fdboxfs.policy.config.PolicyParser} reads the sections of a file, a reader each for
 * rules and groups does the rest. All of them put what is wrong into one list and go on, so that a
 * file is refused with everything that is wrong with it. A new key is a line in its reader's list
 * of keys and one where its value is read. {@link org.fdboxfs.policy.config.ScenarioReader} does
 * the same for scenarios.
 */
@NullMarked
package org.fdboxfs.policy.config;

import org.jspecify.annotations.NullMarked;
