/**
 * Experiments with policies: what a scenario is, told as data. A scenario says who does what in
 * terms of what somebody wants; each front end, and the simulation, translates that into what it
 * offers. {@link org.fdboxfs.policy.config.ScenarioReader} makes scenarios from files.
 */
@NullMarked
package org.fdboxfs.policy.experiment;

import org.jspecify.annotations.NullMarked;
