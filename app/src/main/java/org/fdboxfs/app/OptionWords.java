package org.fdboxfs.app;

import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine.TypeConversionException;

/** Options that take one of a few words. picocli itself would tell of Java's constants. */
final class OptionWords {
  private OptionWords() {}

  /**
   * What a word means.
   *
   * @throws TypeConversionException none of them; the message tells them
   */
  static <T> T constant(T[] all, Function<T, String> label, String word) {
    return Arrays.stream(all)
        .filter(each -> label.apply(each).equals(word))
        .findFirst()
        .orElseThrow(() -> new TypeConversionException(message(all, label, word)));
  }

  private static <T> String message(T[] all, Function<T, String> label, String word) {
    String known = Arrays.stream(all).map(label).collect(Collectors.joining(", "));
    return "expected one of " + known + " but was '" + word + "'";
  }
}
