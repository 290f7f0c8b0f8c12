package org.fdboxfs.policy.rule;

import java.util.Locale;
import java.util.Optional;

/** What a caller wants to do; the word in lower case is what policy files compare with. */
public enum Operation {
  /** Claim an entry. */
  OPEN,
  /** Put a descriptor in, or create a memfd. */
  PUT,
  /** Let an entry go. */
  REMOVE,
  /** Move or rename an entry or a directory, or be replaced by one. */
  RENAME,
  /** Change mode, owner, times, size or attributes. */
  SETATTR,
  MKDIR,
  RMDIR,
  SEAL,
  UNSEAL,
  /** Get the descriptor itself for a claim. */
  TAKE,
  /** Read the names in a directory. */
  LIST;

  private final String label = name().toLowerCase(Locale.ROOT);

  public String label() {
    return label;
  }

  /** The operation of that {@link #label}. */
  public static Optional<Operation> byLabel(String label) {
    for (Operation operation : values()) {
      if (operation.label().equals(label)) {
        return Optional.of(operation);
      }
    }
    return Optional.empty();
  }
}
