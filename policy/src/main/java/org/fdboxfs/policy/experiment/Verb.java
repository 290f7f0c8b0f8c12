package org.fdboxfs.policy.experiment;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What can be done, in terms of what somebody wants. */
@SuppressWarnings("ImmutableEnumChecker") // the lists are unmodifiable
public enum Verb {
  /** The actor makes a descriptor of its own; nothing of the store is involved. */
  DESCRIPTOR(true, List.of("kind", "as"), List.of("size")),
  MKDIR(true, List.of("path"), List.of("mode")),
  RMDIR(true, List.of("path"), List.of()),
  /** A descriptor of the actor goes in under a name. */
  PUT(true, List.of("fd", "path"), List.of()),
  /** A new memfd comes to be in the store. */
  CREATE(false, List.of("path"), List.of("mode", "size")),
  /** The real descriptor comes out, whatever that leaves in the store. */
  OBTAIN(true, List.of("path"), List.of("as")),
  /** The real descriptor comes out and the entry is gone. */
  GET(true, List.of("path"), List.of("as")),
  /** A claim; without {@code as} it ends at once. */
  OPEN(false, List.of("path"), List.of("access", "as")),
  /** An open handle is exchanged for the real descriptor. */
  TAKE(false, List.of("handle"), List.of("as")),
  CLOSE(true, List.of("handle"), List.of()),
  /** Of a handle, or of a path that is opened for it. */
  READ(true, List.of(), List.of("handle", "path", "size")),
  WRITE(true, List.of(), List.of("handle", "path", "text")),
  MAP(true, List.of(), List.of("handle", "path", "size")),
  TRUNCATE(true, List.of("size"), List.of("handle", "path")),
  REMOVE(false, List.of("path"), List.of()),
  RENAME(false, List.of("path", "to"), List.of()),
  CHMOD(true, List.of("path", "mode"), List.of()),
  CHOWN(true, List.of("path"), List.of("uid", "gid")),
  /** How the members of a directory belong together. */
  MARK(false, List.of("path", "link"), List.of()),
  SEAL(true, List.of("path"), List.of()),
  UNSEAL(true, List.of("path"), List.of()),
  LIST(false, List.of("path"), List.of()),
  STAT(true, List.of("path"), List.of()),
  /** The process of the actor is killed; what it does later, a new one does. */
  EXIT(true, List.of(), List.of()),
  /** The program that holds the store is killed and started again. */
  RESTART(true, List.of(), List.of());

  private final boolean onDevice;
  private final List<String> required;
  private final List<String> optional;

  Verb(boolean onDevice, List<String> required, List<String> optional) {
    this.onDevice = onDevice;
    this.required = required;
    this.optional = optional;
  }

  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Whether a front end has anything of the kind. The device has boxes only: a path below one names
   * an entry there.
   */
  public boolean offeredBy(FrontEnd frontEnd) {
    return onDevice || frontEnd == FrontEnd.FILESYSTEM;
  }

  /** Keys without which a step of the verb says too little. */
  public List<String> required() {
    return required;
  }

  /** All keys that the verb takes. */
  public List<String> keys() {
    return Stream.concat(required.stream(), optional.stream()).toList();
  }

  /** The verb of that {@link #label}. */
  public static Optional<Verb> byLabel(String label) {
    for (Verb verb : values()) {
      if (verb.label().equals(label)) {
        return Optional.of(verb);
      }
    }
    return Optional.empty();
  }
}
