package org.fdboxfs.policy.rule;

import java.util.Set;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.registry.Box;
import org.fdboxfs.registry.Directory;
import org.jspecify.annotations.Nullable;

/**
 * What a rule is about.
 *
 * @param entry a pattern with a slash is compared with the path inside the box, one without with
 *     the name alone; null matches directories too
 * @param kinds empty for every kind
 * @param group compared like {@code entry}, with the directory
 */
public record Match(Glob box, @Nullable Glob entry, Set<FdKind> kinds, @Nullable Glob group) {
  public static final Match EVERYTHING = new Match(Glob.ANY, null, Set.of(), null);

  public boolean matches(Request request) {
    if (!kinds.isEmpty()) {
      FdKind kind = request.kind();
      if (kind == null || !kinds.contains(kind)) {
        return false;
      }
    }
    if (!box.matches(request.boxName())) {
      return false;
    }
    if (entry != null && (request.kind() == null || !named(entry, request))) {
      return false;
    }
    return group == null || matchesGroup(request.directory());
  }

  /** Whether a directory is meant by {@code box} and {@code group}. */
  public boolean matchesDirectory(Directory directory) {
    Box in = directory.box();
    return in != null && box.matches(in.name()) && (group == null || matchesGroup(directory));
  }

  private static boolean named(Glob pattern, Request request) {
    return pattern.matches(
        pattern.toString().indexOf('/') < 0 ? request.name() : request.pathInBox());
  }

  private boolean matchesGroup(Directory directory) {
    Glob pattern = group;
    if (pattern == null || directory instanceof Box) {
      return false;
    }
    return pattern.matches(
        pattern.toString().indexOf('/') < 0 ? directory.name() : Request.pathInBox(directory));
  }
}
