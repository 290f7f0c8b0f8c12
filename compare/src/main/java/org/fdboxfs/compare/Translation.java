package org.fdboxfs.compare;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.fdboxfs.model.Access;
import org.fdboxfs.policy.experiment.Arguments;
import org.fdboxfs.policy.experiment.FrontEnd;
import org.fdboxfs.policy.experiment.Step;
import org.fdboxfs.policy.experiment.Verb;
import org.jspecify.annotations.Nullable;

/** What a step is on each front end: the command for the actor, if the front end has any. */
final class Translation {
  /** What is done with a descriptor that the actor has, or with a path that it opens for it. */
  private static final Set<Verb> OWN =
      EnumSet.of(Verb.DESCRIPTOR, Verb.CLOSE, Verb.READ, Verb.WRITE, Verb.MAP, Verb.TRUNCATE);

  private Translation() {}

  /** The words for the actor; empty when the front end offers nothing of the kind. */
  static Optional<List<String>> command(FrontEnd frontEnd, Step step) {
    if (OWN.contains(step.verb())) {
      return own(frontEnd, step);
    }
    if (!step.verb().offeredBy(frontEnd)) {
      return Optional.empty();
    }
    return switch (frontEnd) {
      case FILESYSTEM -> Optional.of(onFilesystem(step));
      case CHARDEV -> onDevice(step);
    };
  }

  private static Optional<List<String>> own(FrontEnd frontEnd, Step step) {
    Arguments given = step.arguments();
    String name = step.verb().label();
    String size = number(given.size());
    return switch (step.verb()) {
      case DESCRIPTOR ->
          Optional.of(List.of(name, String.valueOf(given.kind()), text(given.as()), size));
      case CLOSE -> Optional.of(List.of(name, step.handle()));
      case READ, MAP, TRUNCATE -> where(frontEnd, given).map(where -> List.of(name, where, size));
      case WRITE -> where(frontEnd, given).map(where -> List.of(name, where, text(given.text())));
      default -> throw new IllegalArgumentException("not of its own: " + step.verb());
    };
  }

  /** A name of the actor's, or a path behind a slash, which no name has. */
  private static Optional<String> where(FrontEnd frontEnd, Arguments given) {
    if (given.path() == null) {
      return Optional.of(text(given.handle()));
    }
    return frontEnd == FrontEnd.FILESYSTEM ? Optional.of("/" + given.path()) : Optional.empty();
  }

  private static List<String> onFilesystem(Step step) {
    Arguments given = step.arguments();
    String path = text(given.path());
    String as = text(given.as());
    return switch (step.verb()) {
      case MKDIR -> List.of("fs-mkdir", path, mode(step));
      case RMDIR -> List.of("fs-rmdir", path);
      case PUT -> List.of("fs-put", step.handle(), path);
      case CREATE -> List.of("fs-create", path, mode(step), number(given.size()));
      case OBTAIN -> List.of("fs-obtain", path, as);
      case GET -> List.of("fs-get", path, as);
      case OPEN -> List.of("fs-open", path, access(given.access()), as);
      case TAKE -> List.of("fs-take", step.handle(), as);
      case REMOVE -> List.of("fs-remove", path);
      case RENAME -> List.of("fs-rename", path, text(given.to()));
      case CHMOD -> List.of("fs-chmod", path, mode(step));
      case CHOWN -> List.of("fs-chown", path, id(given.uid()), id(given.gid()));
      case MARK -> {
        String link = given.link() == null ? "" : given.link().label();
        yield List.of("fs-set", path, "user.fdbox.link", link);
      }
      case SEAL -> List.of("fs-set", path, "user.fdbox.state", "sealed");
      case UNSEAL -> List.of("fs-set", path, "user.fdbox.state", "live");
      case LIST -> List.of("fs-list", path);
      case STAT -> List.of("fs-stat", path);
      case DESCRIPTOR, CLOSE, READ, WRITE, MAP, TRUNCATE, EXIT, RESTART ->
          throw new IllegalArgumentException("not of the mount: " + step.verb());
    };
  }

  /** Of paths, the device knows boxes, and entries right below one. */
  private static Optional<List<String>> onDevice(Step step) {
    Arguments given = step.arguments();
    String[] path = text(given.path()).split("/", -1);
    String as = text(given.as());
    boolean box = path.length == 1 && !path[0].equals(".");
    boolean entry = path.length == 2;
    return switch (step.verb()) {
      case MKDIR -> on(box, "dev-create", path[0]);
      case RMDIR -> on(box, "dev-delete", path[0]);
      case SEAL -> on(box, "dev-seal", path[0]);
      case UNSEAL -> on(box, "dev-unseal", path[0]);
      case STAT -> on(box, "dev-stat", path[0]);
      case CHMOD -> on(box, "dev-chmod", path[0], mode(step));
      case CHOWN -> on(box, "dev-chown", path[0], id(given.uid()), id(given.gid()));
      case PUT -> on(entry, "dev-put", step.handle(), path[0], path[path.length - 1]);
      case GET, OBTAIN -> on(entry, "dev-get", path[0], path[path.length - 1], as);
      default -> throw new IllegalArgumentException("not of the device: " + step.verb());
    };
  }

  private static Optional<List<String>> on(boolean offered, String... words) {
    return offered ? Optional.of(List.of(words)) : Optional.empty();
  }

  private static String text(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static String number(@Nullable Long number) {
    return number == null ? "0" : number.toString();
  }

  private static String id(@Nullable Integer id) {
    return id == null ? "-1" : Integer.toUnsignedString(id);
  }

  private static String mode(Step step) {
    return String.format(Locale.ROOT, "%04o", step.mode());
  }

  private static String access(@Nullable Access access) {
    return (access == null ? Access.READ_WRITE : access).toString();
  }
}
