package org.fdboxfs.client;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What the daemon said. Keys that are not known here are passed over, so that a later daemon can
 * say more.
 *
 * @param errno 0, or why it was refused
 * @param why the sentence of a refusal, else empty
 * @param names of the descriptors, or of what is listed
 * @param kinds for each name its kind, empty where none was told
 */
record Answer(int errno, String why, List<String> names, List<String> kinds) {
  private static final int MAX_ERRNO = 4095;

  /**
   * Reads an answer.
   *
   * @throws FdBoxException {@code EPROTO} it does not follow the grammar
   */
  static Answer parse(ByteBuffer message) throws FdBoxException {
    List<String> lines = lines(message);
    int errno = errno(lines.get(0));
    String why = "";
    List<String> names = new ArrayList<>();
    List<String> kinds = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      int equals = line.indexOf('=');
      if (equals < 1) {
        throw bad("a line is no KEY=VALUE");
      }
      String value = line.substring(equals + 1);
      switch (line.substring(0, equals)) {
        case "WHY" -> why = value;
        case "FDNAME" -> {
          names.add(value);
          kinds.add("");
        }
        case "FDKIND" -> {
          if (kinds.isEmpty()) {
            throw bad("a kind belongs to no name");
          }
          kinds.set(kinds.size() - 1, value);
        }
        default -> {}
      }
    }
    return new Answer(errno, why, names, kinds);
  }

  private static List<String> lines(ByteBuffer message) throws FdBoxException {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(message).toString();
    } catch (CharacterCodingException e) {
      throw bad("it is not UTF-8");
    }
    List<String> lines = new ArrayList<>();
    int start = 0;
    for (int end; start < text.length(); start = end + 1) {
      end = text.indexOf('\n', start);
      end = end < 0 ? text.length() : end;
      lines.add(text.substring(start, end));
    }
    return lines.isEmpty() ? List.of("") : lines;
  }

  private static int errno(String line) throws FdBoxException {
    if (!line.startsWith("ERRNO=")) {
      throw bad("it does not begin with ERRNO=");
    }
    try {
      int errno = Integer.parseInt(line.substring("ERRNO=".length()));
      if (errno >= 0 && errno <= MAX_ERRNO) {
        return errno;
      }
    } catch (NumberFormatException e) {
      // as a number that is none
    }
    throw bad("its ERRNO is no error number");
  }

  private static FdBoxException bad(String what) {
    return new FdBoxException(Errnos.EPROTO, "the daemon's answer is not understood: " + what);
  }

  /** Throws what the daemon refused with, if it did. */
  void check() throws FdBoxException {
    if (errno != 0) {
      throw new FdBoxException(errno, why.isEmpty() ? LibC.message(errno) : why);
    }
  }
}
