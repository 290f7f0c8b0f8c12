package org.fdboxfs.fs.socket;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.fdboxfs.linux.Handout;
import org.fdboxfs.linux.Packet;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FsException;

/**
 * What is sent back.
 *
 * @param handouts owned by the answer
 */
record Answer(String text, List<Handout> handouts) implements AutoCloseable {
  static final Answer DONE = new Answer("ERRNO=0\n", List.of());

  Answer {
    handouts = List.copyOf(handouts);
  }

  static Answer refused(FsException e) {
    String why = String.valueOf(e.getMessage()).replaceAll("\\p{Cntrl}", "?");
    return new Answer("ERRNO=" + e.errno().code() + "\nWHY=" + why + "\n", List.of());
  }

  /**
   * Sends it over a connection, which is writable.
   *
   * @throws FsException the connection is of no use any more
   */
  void send(Packet packet, int connection) throws FsException {
    int[] numbers = handouts.stream().mapToInt(Handout::number).toArray();
    if (!packet.send(connection, text.getBytes(StandardCharsets.UTF_8), numbers)) {
      throw new FsException(Errno.EAGAIN, "answers wait to be read");
    }
  }

  @Override
  public void close() {
    handouts.forEach(Handout::close);
  }
}
