package org.fdboxfs.policy.experiment;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.fdboxfs.model.FdKind;

/**
 * One thing that one actor does.
 *
 * @param line of the file, from 1
 * @param id unlike that of every other step of the scenario
 * @param actor name of an actor of the scenario
 * @param on the front ends on which the step makes sense; not empty
 * @param shell by front end, a command line that does the same with plain tools
 */
public record Step(
    int line,
    String id,
    String actor,
    Verb verb,
    Arguments arguments,
    Set<FrontEnd> on,
    Expectation expect,
    Map<FrontEnd, String> shell) {
  /** What the name of the second end of a pipe ends with: the one that is written. */
  public static final String WRITE_END = "-write";

  /** What the name of the second of a pair of sockets ends with. */
  public static final String PEER = "-peer";

  private static final int DIRECTORY_MODE = 0755;
  private static final int FILE_MODE = 0644;

  public Step {
    on = Set.copyOf(on);
    shell = Map.copyOf(shell);
  }

  /** The path of a verb that requires one. */
  public String path() {
    return Objects.requireNonNull(arguments.path(), "path");
  }

  /** The handle of a verb that requires one. */
  public String handle() {
    return Objects.requireNonNull(arguments.handle(), "handle");
  }

  /** The permission bits that the step asks for: those that it says, or what is usual of it. */
  public int mode() {
    Integer mode = arguments.mode();
    return mode != null ? mode : verb == Verb.MKDIR ? DIRECTORY_MODE : FILE_MODE;
  }

  /** The names that the step gives to descriptors, in order; a pipe or a pair of sockets is two. */
  public List<String> names() {
    String as = arguments.as();
    if (as == null) {
      return List.of();
    }
    if (verb == Verb.DESCRIPTOR && arguments.kind() == FdKind.PIPE) {
      return List.of(as, as + WRITE_END);
    }
    if (verb == Verb.DESCRIPTOR && arguments.kind() == FdKind.SOCKET) {
      return List.of(as, as + PEER);
    }
    return List.of(as);
  }
}
