package org.fdboxfs.testing;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.fdboxfs.policy.config.PolicyFormatException;
import org.fdboxfs.policy.config.ScenarioReader;
import org.fdboxfs.policy.experiment.Scenario;

/**
 * Scenarios in which users and capabilities of all sorts do whatever can be done, about few enough
 * names that they get in each other's way.
 */
final class RandomScenario {
  private static final String BEGINNING =
      """
      version: 1
      title: whatever
      actors:
        root: { uid: 0 }
        alice: { uid: 1000, gid: 1000, groups: [100] }
        bob: { uid: 2000, gid: 100 }
        carol: { uid: 3000 }
        fowner: { uid: 4001, capabilities: [CAP_FOWNER] }
        dac: { uid: 4002, capabilities: [CAP_DAC_OVERRIDE] }
        reader: { uid: 4003, capabilities: [CAP_SYS_ADMIN, CAP_DAC_READ_SEARCH] }
      steps:
      """;
  private static final List<String> ACTORS =
      List.of("root", "alice", "alice", "bob", "bob", "carol", "fowner", "dac", "reader");
  private static final List<String> PATHS =
      List.of(
          ".",
          "b",
          "b",
          "b",
          "c",
          "b/d",
          "b/d",
          "b/e",
          "b/e",
          "b/e",
          "b/f",
          "b/f",
          "b/d/e",
          "b/d/e",
          "b/d/f",
          "b/d/g",
          "b/d/g/h",
          "b/e/x",
          "b/nothing/x",
          "c/d",
          "c/e");
  private static final List<String> KINDS =
      List.of(
          "memfd",
          "memfd",
          "memfd",
          "eventfd",
          "timerfd",
          "pipe",
          "socket",
          "namespace",
          "epoll",
          "file",
          "directory");
  private static final List<String> MODES =
      List.of(
          "0000", "0555", "0600", "0640", "0644", "0666", "0700", "0711", "0755", "0777", "1777",
          "2755", "4755");
  private static final List<String> LINKS = List.of("reserve", "in-order", "together", "none");
  private static final List<String> ACCESSES = List.of("read", "write", "read-write");

  private final SplittableRandom random;
  private final Map<String, List<String>> names = new HashMap<>();
  private int made;

  private RandomScenario(long seed) {
    this.random = new SplittableRandom(seed);
  }

  static Scenario of(long seed, int steps) {
    RandomScenario scenario = new RandomScenario(seed);
    StringBuilder text = new StringBuilder(BEGINNING);
    for (int i = 0; i < steps; i++) {
      String actor = scenario.any(ACTORS);
      String does = scenario.step(scenario.names.computeIfAbsent(actor, a -> new ArrayList<>()));
      text.append("  - { actor: ").append(actor).append(", do: ").append(does).append(" }\n");
    }
    try {
      return ScenarioReader.read(text.toString());
    } catch (PolicyFormatException e) {
      throw new AssertionError(e.getMessage() + "\n" + text, e);
    }
  }

  private String any(List<String> of) {
    return of.get(random.nextInt(of.size()));
  }

  private boolean sometimes() {
    return random.nextInt(4) == 0;
  }

  /**
   * What one does.
   *
   * @param own names that the actor has given so far
   */
  private String step(List<String> own) {
    String path = "path: " + any(PATHS);
    return switch (random.nextInt(22)) {
      case 0, 1, 2 -> "mkdir, " + path + mode();
      case 3 -> "rmdir, " + path;
      case 4, 5 -> descriptor(own);
      case 6, 7 -> own.isEmpty() ? descriptor(own) : "put, fd: " + any(own) + ", " + path;
      case 8, 9, 10 -> "create, " + path + mode() + (sometimes() ? ", size: 100" : "");
      case 11 -> "obtain, " + path + as(own);
      case 12 -> "get, " + path + as(own);
      case 13, 14 -> "open, " + path + ", access: " + any(ACCESSES) + as(own);
      case 15 -> own.isEmpty() ? "list, " + path : "take, handle: " + any(own) + as(own);
      case 16 -> own.isEmpty() ? "stat, " + path : "close, handle: " + any(own);
      case 17 -> use(own, path);
      case 18 -> (sometimes() ? "remove, " + path : "rename, " + path + ", to: " + any(PATHS));
      case 19 -> change(path);
      case 20 -> (sometimes() ? "unseal, " : "seal, ") + path;
      default -> random.nextInt(16) == 0 ? exit(own) : "stat, " + path;
    };
  }

  private String mode() {
    return sometimes() ? "" : ", mode: \"" + any(MODES) + "\"";
  }

  private String as(List<String> own) {
    if (sometimes()) {
      return "";
    }
    own.add("n" + ++made);
    return ", as: n" + made;
  }

  private String descriptor(List<String> own) {
    String kind = any(KINDS);
    own.add("n" + ++made);
    if (kind.equals("pipe") || kind.equals("socket")) {
      own.add("n" + made + (kind.equals("pipe") ? "-write" : "-peer"));
    }
    return "descriptor, kind: " + kind + ", as: n" + made + (sometimes() ? ", size: 4096" : "");
  }

  private String use(List<String> own, String path) {
    String what = own.isEmpty() || sometimes() ? path : "handle: " + any(own);
    return switch (random.nextInt(4)) {
      case 0 -> "read, " + what;
      case 1 -> "write, " + what + ", text: abc";
      case 2 -> "map, " + what;
      default -> "truncate, " + what + ", size: " + 50 * random.nextInt(3);
    };
  }

  /** The root keeps its mode: where nobody gets in, there is nothing to see. */
  private String change(String path) {
    String node = path.equals("path: .") ? "path: b" : path;
    return switch (random.nextInt(5)) {
      case 0 -> "chown, " + node + ", uid: " + any(List.of("0", "1000", "2000"));
      case 1 -> "chown, " + node + ", gid: " + any(List.of("0", "100", "1000"));
      case 2 -> "mark, " + node + ", link: " + any(LINKS);
      default -> "chmod, " + node + ", mode: \"" + any(MODES) + "\"";
    };
  }

  private static String exit(List<String> own) {
    own.clear();
    return "exit";
  }
}
