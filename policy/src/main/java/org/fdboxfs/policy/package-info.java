/**
 * The guard: the one gate through which every front end reaches the registry.
 *
 * <p><b>Locking.</b> {@link org.fdboxfs.policy.Guard} has one lock for the whole namespace of a
 * mount. It guards the registry, the claims and the policy in force, so that deciding and counting
 * are one step. Under it: no input or output, no call to a front end, no closing of a descriptor.
 * An expression is evaluated under it and is bounded in cost. Order: handle table, then this lock,
 * then the journal's; nothing calls upwards while holding one.
 */
@NullMarked
package org.fdboxfs.policy;

import org.jspecify.annotations.NullMarked;
