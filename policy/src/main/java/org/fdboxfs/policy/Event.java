package org.fdboxfs.policy;

import org.fdboxfs.model.Timestamp;
import org.fdboxfs.policy.rule.Deny;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened, as {@code .fdbox/events} and {@code .fdbox/denials} tell it.
 *
 * @param sequence counts up by one from 1
 * @param type {@code open}, {@code release}, {@code put}, {@code deny}, ...
 * @param operation what was asked for
 * @param path from the root of the mount, when it happened
 * @param directory inode number of the directory that listed the path then, 0 when none did
 * @param detail kind, access or new path; empty when there is none
 * @param newDirectory only with type {@code rename}: as {@code directory}, of the new path
 * @param deny only with type {@code deny}
 */
public record Event(
    long sequence,
    Timestamp time,
    String type,
    String operation,
    int uid,
    int pid,
    String path,
    long directory,
    String detail,
    long newDirectory,
    @Nullable Deny deny) {}
