package org.fdboxfs.fake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FsException;

/** Assertions on expected refusals. */
public final class Refusals {
  private Refusals() {}

  /** The errno of a step that is refused. */
  public static Errno errnoOf(ThrowingCallable step) {
    FsException refusal = catchThrowableOfType(FsException.class, step);
    assertThat(refusal).as("the refusal").isNotNull();
    return refusal.errno();
  }
}
