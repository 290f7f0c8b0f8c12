/** One class per rule: pure functions from a request to a refusal or nothing. */
@NullMarked
package org.fdboxfs.policy.rule;

import org.jspecify.annotations.NullMarked;
