package org.fdboxfs.policy.experiment;

import java.util.Locale;
import java.util.Optional;

/** A way into the store. */
public enum FrontEnd {
  /** The mount. */
  FILESYSTEM,
  /** The ioctls of the FDBox RFC. */
  CHARDEV;

  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The front end of that {@link #label}. */
  public static Optional<FrontEnd> byLabel(String label) {
    for (FrontEnd frontEnd : values()) {
      if (frontEnd.label().equals(label)) {
        return Optional.of(frontEnd);
      }
    }
    return Optional.empty();
  }
}
