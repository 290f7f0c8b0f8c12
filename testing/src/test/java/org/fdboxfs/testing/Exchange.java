package org.fdboxfs.testing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.fdboxfs.model.Errno;

/**
 * A connection of another process to the exchange of a mount.
 *
 * @param fd its number there
 */
record Exchange(OtherProcess process, long fd) {
  /** In place of an errno when the connection has ended. */
  static final String END = "END";

  /**
   * An answer.
   *
   * @param errno its name, or {@link OtherProcess#NONE}
   * @param lines but for those of errno and why
   * @param fds what came with it
   */
  record Reply(String errno, String why, List<String> lines, List<Long> fds) {
    long fd() {
      if (!errno.equals(OtherProcess.NONE) || fds.size() != 1) {
        throw new AssertionError("not one descriptor: " + this);
      }
      return fds.get(0);
    }

    List<String> names() {
      return values("FDNAME=");
    }

    private List<String> values(String key) {
      return lines.stream()
          .filter(line -> line.startsWith(key))
          .map(line -> line.substring(key.length()))
          .toList();
    }
  }

  /** Connects by the link that the mount shows. */
  static Exchange of(OtherProcess process, TestBox box) {
    return of(process, box.mount().control("exchange"));
  }

  static Exchange of(OtherProcess process, String path) {
    return new Exchange(process, process.run("connect", path, "SOCK_SEQPACKET"));
  }

  /**
   * Sends a message and receives the answer to it.
   *
   * @param fds numbers, or "N*COUNT"
   */
  Reply ask(String message, Object... fds) {
    send(message, fds);
    return receive();
  }

  void send(String message, Object... fds) {
    process.run("sendmsg", words(message, fds));
  }

  /** Tries to send; the errno. */
  String trySend(String message, Object... fds) {
    return process.errno("sendmsg", words(message, fds));
  }

  /** Tries to send without waiting for room; the errno. */
  String sendNow(String message, Object... fds) {
    return process.errno("sendnow", words(message, fds));
  }

  private Object[] words(String message, Object... fds) {
    List<Object> words = new ArrayList<>(List.of(fd, message));
    words.addAll(Arrays.asList(fds));
    return words.toArray();
  }

  /** The next answer. */
  Reply receive() {
    process.send("recvmsg", fd);
    String answer = process.answer();
    if (!answer.startsWith("ok ")) {
      return new Reply(answer.substring("error ".length()), "", List.of(), List.of());
    }
    String[] words = answer.substring("ok ".length()).split(" ", -1);
    List<Long> fds = Arrays.stream(words).skip(1).map(Long::valueOf).toList();
    List<String> lines = OtherProcess.decode(words[0]).lines().toList();
    if (lines.isEmpty() || !lines.get(0).startsWith("ERRNO=")) {
      throw new AssertionError("not an answer: " + lines);
    }
    int code = Integer.parseInt(lines.get(0).substring("ERRNO=".length()));
    if (code == 0) {
      return new Reply(OtherProcess.NONE, "", lines.subList(1, lines.size()), fds);
    }
    if (lines.size() != 2 || !lines.get(1).startsWith("WHY=") || !fds.isEmpty()) {
      throw new AssertionError("not the form of a refusal: " + lines + " " + fds);
    }
    String why = lines.get(1).substring("WHY=".length());
    return new Reply(new Errno(code).toString(), why, List.of(), List.of());
  }

  /** Takes what handles stand for. */
  Reply take(Object... handles) {
    return ask("FDTAKE=1\n", handles);
  }

  /** Takes by names, which are paths from the root of the mount. */
  Reply takeNamed(String... names) {
    return ask("FDTAKE=1\n" + named(names));
  }

  /** Puts descriptors. */
  Reply store(List<?> fds, String... names) {
    return ask("FDSTORE=1\n" + named(names), fds.toArray());
  }

  /** The lines that say names. */
  static String named(String... names) {
    StringBuilder lines = new StringBuilder();
    for (String name : names) {
      lines.append("FDNAME=").append(name).append('\n');
    }
    return lines.toString();
  }

  void close() {
    process.close(fd);
  }
}
