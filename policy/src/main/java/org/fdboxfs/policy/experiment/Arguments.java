package org.fdboxfs.policy.experiment;

import org.fdboxfs.model.Access;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.policy.rule.Link;
import org.jspecify.annotations.Nullable;

/**
 * What stands in a step besides who does what; null where nothing was said. Which of them a verb
 * takes, {@link Verb} says.
 *
 * @param path relative to the mount; {@code .} is its root
 * @param to a path, likewise
 * @param handle name that an earlier step of the actor gave ({@code handle} or {@code fd})
 * @param as name for what the step makes
 * @param mode permission bits
 * @param size bytes
 * @param uid as the bits of an int, as gid
 */
public record Arguments(
    @Nullable String path,
    @Nullable String to,
    @Nullable String handle,
    @Nullable String as,
    @Nullable FdKind kind,
    @Nullable Access access,
    Link.@Nullable Open link,
    @Nullable Integer mode,
    @Nullable Long size,
    @Nullable String text,
    @Nullable Integer uid,
    @Nullable Integer gid) {}
