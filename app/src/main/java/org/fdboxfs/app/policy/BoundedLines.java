package org.fdboxfs.app.policy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Lines of UTF-8 from a source that may be anything: none is kept that is longer than a bound. */
final class BoundedLines {
  /** A line that cannot be taken. */
  static final class BadLine extends Exception {
    private static final long serialVersionUID = 1L;

    BadLine(String reason) {
      super(reason, null, false, false);
    }
  }

  private final InputStream source;
  private final byte[] line;
  private int number;

  /**
   * @param source buffered; closed by whoever opened it
   * @param longest bytes that a line may have
   */
  BoundedLines(InputStream source, int longest) {
    this.source = source;
    this.line = new byte[longest];
  }

  /** The number of the line that {@link #next} gave last, from 1. */
  int number() {
    return number;
  }

  /**
   * The next line, without its end; null when there is none.
   *
   * @throws BadLine it is too long, or no text; the one after it can be asked for
   */
  @Nullable String next() throws IOException, BadLine {
    int length = 0;
    int c = source.read();
    if (c < 0) {
      return null;
    }
    number++;
    for (; c >= 0 && c != '\n'; c = source.read()) {
      if (length < line.length) {
        line[length] = (byte) c;
      }
      length++;
    }
    if (length > line.length) {
      throw new BadLine("longer than " + line.length + " bytes");
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(Arrays.copyOf(line, length)))
          .toString();
    } catch (CharacterCodingException e) {
      throw new BadLine("not UTF-8");
    }
  }
}
