package org.fdboxfs.policy.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.fdboxfs.policy.config.PolicyFormatException.Problem;

/**
 * From the bytes of a policy or scenario file, which may be anything, to its text. Bytes that are
 * not UTF-8 are refused: whatever stood for them in a pattern would match no name, and a rule that
 * should refuse would be silent.
 */
public final class FileText {
  private FileText() {}

  /**
   * Reads a file that somebody named, and of one without end no more than a text may have.
   *
   * @throws PolicyFormatException it is too long, or not UTF-8
   */
  public static String read(Path file) throws IOException, PolicyFormatException {
    try (InputStream in = Files.newInputStream(file)) {
      return of(in.readNBytes(YamlDocument.MAX_BYTES + 1));
    }
  }

  /**
   * The text of all of a file.
   *
   * @throws PolicyFormatException it is too long, or not UTF-8
   */
  public static String of(byte[] bytes) throws PolicyFormatException {
    return decode(bytes, true);
  }

  /** The same of the first bytes of a file, which may end within a character. */
  public static String ofBeginning(byte[] bytes) throws PolicyFormatException {
    return decode(bytes, false);
  }

  private static String decode(byte[] bytes, boolean whole) throws PolicyFormatException {
    if (bytes.length > YamlDocument.MAX_BYTES) {
      throw refused(1, "longer than " + YamlDocument.MAX_BYTES + " bytes");
    }
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer text = CharBuffer.allocate(bytes.length);
    if (decoder.decode(in, text, whole).isError()) {
      text.flip();
      throw refused(1 + (int) text.chars().filter(c -> c == '\n').count(), "not UTF-8");
    }
    return text.flip().toString();
  }

  private static PolicyFormatException refused(int line, String message) {
    return new PolicyFormatException(List.of(new Problem(line, message)));
  }
}
