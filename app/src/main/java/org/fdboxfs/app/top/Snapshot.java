package org.fdboxfs.app.top;

import java.util.List;
import org.fdboxfs.app.status.MountEvent;
import org.fdboxfs.app.status.MountStatus;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a mount at a moment.
 *
 * @param status null until it was read once
 * @param denials newest first
 * @param lost events that came too fast to be read
 * @param trouble why the mount tells nothing now; empty when it does
 */
record Snapshot(
    @Nullable MountStatus status,
    List<MountEvent> denials,
    double opensPerSecond,
    double putsPerSecond,
    double denialsPerSecond,
    long lost,
    String trouble) {}
