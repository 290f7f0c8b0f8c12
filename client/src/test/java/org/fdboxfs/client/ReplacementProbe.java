package org.fdboxfs.client;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.fdboxfs.client.Replacement.Before;

/**
 * What a test runs in a JVM of its own, which is replaced: {@code COUNT PROGRAM ARGUMENTS} has the
 * program find that many descriptors from 3 on, the first of them {@code /dev/zero}.
 */
final class ReplacementProbe {
  private static final long SIGUSR1 = 1L << 9;
  private static final long SIGPIPE = 1L << 12;

  /** The C library's own: it has a handler for it, and does not let anybody at it. */
  private static final long SIGNAL_33 = 1L << 32;

  private ReplacementProbe() {}

  public static void main(String[] args) throws Exception {
    List<byte[]> command = new ArrayList<>();
    for (String word : List.of(args).subList(1, args.length)) {
      command.add(word.getBytes(StandardCharsets.UTF_8));
    }
    List<byte[]> environment = List.of("PATH=/usr/bin:/bin".getBytes(StandardCharsets.UTF_8));
    Before before = new Before(List.of(0, 1, 2), SIGUSR1, SIGPIPE | SIGNAL_33, 100, "00000033");
    Replacement replacement = Replacement.find(command, environment, before);
    int count = Integer.parseInt(args[0]);
    // Backwards, so that many have the number that another is to get.
    for (int i = count - 1; i >= 0; i--) {
      replacement.give(Peer.open(Path.of(i == 0 ? "/dev/zero" : "/dev/null")), 3 + i);
    }
    try {
      replacement.become(environment);
    } catch (FdBoxException e) {
      // A class that was not needed before: files of the JVM are where they were.
      System.err.println(new java.util.StringJoiner(" ").add(e.errnoName()).add(e.why()));
      System.exit(126);
    }
  }
}
