package org.fdboxfs.policy.experiment.trace;

import java.util.Objects;
import org.fdboxfs.model.Errno;
import org.fdboxfs.policy.rule.Deny;
import org.jspecify.annotations.Nullable;

/**
 * What a policy says to a recorded request.
 *
 * @param deny its refusal; null when it permits, or when nobody can tell
 * @param unknown what the trace would have to tell; null when the answer is certain
 */
public record Answer(@Nullable Deny deny, @Nullable String unknown) {
  public static final Answer PERMIT = new Answer(null, null);

  static Answer of(@Nullable Deny deny) {
    return deny == null ? PERMIT : new Answer(deny, null);
  }

  static Answer unknown(String what) {
    return new Answer(null, what);
  }

  /** Whether it certainly is another answer than the recorded one, for whoever asked. */
  public boolean differsFrom(@Nullable Deny recorded) {
    return unknown == null && !Objects.equals(errno(deny), errno(recorded));
  }

  private static @Nullable Errno errno(@Nullable Deny deny) {
    return deny == null ? null : deny.errno();
  }
}
