package org.fdboxfs.testing.architecture.violating.report;

import org.fdboxfs.model.Names;

/** A report that is about one thing only. */
public final class KnowsItsSubject {
  private KnowsItsSubject() {}

  static Class<?> names() {
    return Names.class;
  }
}
