package org.fdboxfs.policy.experiment;

import java.util.Optional;
import org.fdboxfs.model.Errno;
import org.jspecify.annotations.Nullable;

/**
 * How a step ended: well, with an error number, or not at all because the front end offers no such
 * thing.
 *
 * @param errno null unless it failed
 */
public record Verdict(boolean offered, @Nullable Errno errno) {
  public static final Verdict OK = new Verdict(true, null);
  public static final Verdict NOT_OFFERED = new Verdict(false, null);

  private static final String OK_LABEL = "ok";
  private static final String NOT_OFFERED_LABEL = "not-offered";

  public static Verdict failed(Errno errno) {
    return new Verdict(true, errno);
  }

  public boolean isOk() {
    return offered && errno == null;
  }

  /** {@code ok}, {@code not-offered} or the name of the error number. */
  public String label() {
    if (!offered) {
      return NOT_OFFERED_LABEL;
    }
    return errno == null ? OK_LABEL : errno.toString();
  }

  /** The verdict of that {@link #label}. */
  public static Optional<Verdict> byLabel(String label) {
    return switch (label) {
      case OK_LABEL -> Optional.of(OK);
      case NOT_OFFERED_LABEL -> Optional.of(NOT_OFFERED);
      default -> Errno.byName(label).map(Verdict::failed);
    };
  }

  @Override
  public String toString() {
    return label();
  }
}
