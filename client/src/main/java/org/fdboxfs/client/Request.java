package org.fdboxfs.client;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The lines of one request to the daemon. */
final class Request {
  private final StringBuilder lines = new StringBuilder();

  private Request(String first) {
    lines.append(first).append('\n');
  }

  static Request store() {
    return new Request("FDSTORE=1");
  }

  static Request remove() {
    return new Request("FDSTOREREMOVE=1");
  }

  static Request take() {
    return new Request("FDTAKE=1");
  }

  static Request move() {
    return new Request("FDTAKE=move");
  }

  static Request list() {
    return new Request("FDLIST=1");
  }

  /**
   * Adds a name.
   *
   * @throws FdBoxException {@code EINVAL} a name that would end its line
   */
  Request name(String name) throws FdBoxException {
    if (name.indexOf('\n') >= 0) {
      throw new FdBoxException(
          Errnos.EINVAL, "a name with a line feed cannot be said; its handle can be sent");
    }
    lines.append("FDNAME=").append(name).append('\n');
    return this;
  }

  Request names(List<String> names) throws FdBoxException {
    for (String name : names) {
      name(name);
    }
    return this;
  }

  Request access(Access access) {
    lines.append("FDACCESS=").append(access.word()).append('\n');
    return this;
  }

  /**
   * The message.
   *
   * @throws FdBoxException {@code EILSEQ} a name has half of a surrogate pair; {@code EMSGSIZE} too
   *     many or too long names
   */
  byte[] bytes() throws FdBoxException {
    ByteBuffer encoded;
    try {
      encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(lines));
    } catch (CharacterCodingException e) {
      throw new FdBoxException(Errnos.EILSEQ, "a name cannot be written as UTF-8");
    }
    if (encoded.remaining() > SeqPacket.MAX_BYTES) {
      throw new FdBoxException(Errnos.EMSGSIZE, "too many names for one request");
    }
    byte[] bytes = new byte[encoded.remaining()];
    encoded.get(bytes);
    return bytes;
  }
}
