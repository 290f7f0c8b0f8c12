package org.fdboxfs.app.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.StringTokenizer;
import org.fdboxfs.client.Replacement.Before;

/**
 * How this process was when it was started, before the launcher and the JVM changed it. The
 * launcher tells it in properties; arguments are read from proc, for Java's strings would damage
 * what is not UTF-8.
 */
public final class Origin {
  private static final Path ARGUMENTS = Path.of("/proc/self/cmdline");

  private final List<Integer> inherited;

  private Origin(List<Integer> inherited) {
    this.inherited = inherited;
  }

  /** Empty when this was not started by the launcher. */
  public static Optional<Origin> ofThisProcess() {
    String numbers = System.getProperty("fdboxfs.inherited");
    if (numbers == null) {
      return Optional.empty();
    }
    List<Integer> inherited = new ArrayList<>();
    StringTokenizer tokens = new StringTokenizer(numbers, ",");
    while (tokens.hasMoreTokens()) {
      inherited.add(Integer.valueOf(tokens.nextToken()));
    }
    return Optional.of(new Origin(inherited));
  }

  /** The descriptors that it was started with. */
  public List<Integer> inherited() {
    return inherited;
  }

  /** What a program that replaces this one is to find again. */
  public Before before() {
    String files = property("files");
    return new Before(
        inherited,
        Long.parseUnsignedLong(property("blocked"), 16),
        Long.parseUnsignedLong(property("ignored"), 16),
        files.equals("unlimited") ? -1 : Long.parseLong(files),
        property("coredump"));
  }

  /** The environment that the launcher was started with; it is there to be read once. */
  public List<byte[]> environment() throws IOException {
    return split(Files.readAllBytes(Path.of(property("environment"))));
  }

  private static String property(String name) {
    String value = System.getProperty("fdboxfs." + name);
    if (value == null) {
      throw new IllegalStateException("the launcher does not tell " + name);
    }
    return value;
  }

  /** The last arguments of this process. */
  public static List<byte[]> lastArguments(int count) throws IOException {
    List<byte[]> all = split(Files.readAllBytes(ARGUMENTS));
    return all.subList(all.size() - count, all.size());
  }

  /** Strings as the kernel shows them: each ends with a NUL. */
  static List<byte[]> split(byte[] strings) {
    List<byte[]> all = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < strings.length; i++) {
      if (strings[i] == 0) {
        all.add(Arrays.copyOfRange(strings, start, i));
        start = i + 1;
      }
    }
    return all;
  }

  /** The environment without variables of these names. */
  public static List<byte[]> without(List<byte[]> environment, List<String> names) {
    List<byte[]> rest = new ArrayList<>(environment);
    for (String name : names) {
      byte[] start = (name + "=").getBytes(StandardCharsets.UTF_8);
      rest.removeIf(
          variable ->
              variable.length >= start.length
                  && Arrays.equals(variable, 0, start.length, start, 0, start.length));
    }
    return rest;
  }
}
