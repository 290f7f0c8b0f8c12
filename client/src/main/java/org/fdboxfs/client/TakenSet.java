package org.fdboxfs.client;

import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Descriptors that were taken together, in the order in which they came. Closing it closes those
 * that were not closed or released by themselves.
 */
public final class TakenSet implements Iterable<Taken>, AutoCloseable {
  private final @Nullable Descriptor handle;
  private final List<Taken> members;

  TakenSet(@Nullable Descriptor handle, List<Taken> members) {
    this.handle = handle;
    this.members = List.copyOf(members);
  }

  /**
   * The handle of the group's directory, which holds a claim on each member until it is closed;
   * empty when they were taken by name, and the connection holds the claims.
   */
  public Optional<Descriptor> handle() {
    return Optional.ofNullable(handle);
  }

  /** What was taken. */
  public List<Taken> members() {
    return members;
  }

  @Override
  public Iterator<Taken> iterator() {
    return members.iterator();
  }

  @Override
  public void close() {
    for (Taken member : members) {
      member.descriptor().close();
    }
    if (handle != null) {
      handle.close();
    }
  }
}
