package org.fdboxfs.policy.experiment.kernel;

import org.fdboxfs.model.Access;
import org.fdboxfs.model.FdKind;

/**
 * An open file of the kernel (struct file), which descriptors of several processes may refer to: it
 * is itself, whatever else is equal.
 */
public final class OpenFile {
  private final FdKind kind;
  private final Access access;
  private final Content content;

  public OpenFile(FdKind kind, Access access, Content content) {
    this.kind = kind;
    this.access = access;
    this.content = content;
  }

  public FdKind kind() {
    return kind;
  }

  public Access access() {
    return access;
  }

  public Content content() {
    return content;
  }

  /** The same memory, opened once more for something else. */
  public OpenFile anew(Access other) {
    return new OpenFile(kind, other, content);
  }
}
