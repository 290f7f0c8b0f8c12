package org.fdboxfs.compare;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/** How words travel to an actor and back: bytes that are no letters or digits as {@code %XX}. */
final class Wire {
  private static final String PLAIN =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_./";

  private Wire() {}

  static String line(List<String> words) {
    return words.stream().map(Wire::encode).collect(Collectors.joining(" "));
  }

  static String encode(String word) {
    if (word.isEmpty()) {
      return "%";
    }
    StringBuilder encoded = new StringBuilder();
    for (byte each : word.getBytes(StandardCharsets.UTF_8)) {
      if (each > 0 && PLAIN.indexOf(each) >= 0) {
        encoded.append((char) each);
      } else {
        encoded.append(String.format("%%%02X", each));
      }
    }
    return encoded.toString();
  }

  /** {@link IllegalArgumentException} when it was not encoded. */
  static String decode(String encoded) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < encoded.length(); i++) {
      char c = encoded.charAt(i);
      if (c != '%') {
        bytes.write(c);
      } else if (i + 3 <= encoded.length()) {
        bytes.write(Integer.parseInt(encoded.substring(i + 1, i + 3), 16));
        i += 2;
      } else {
        throw new IllegalArgumentException("cut off: " + encoded);
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
