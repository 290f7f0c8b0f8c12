/** From the text of a policy file to validated rules; the only user of YAML and CEL. */
@NullMarked
package org.fdboxfs.policy.config;

import org.jspecify.annotations.NullMarked;
