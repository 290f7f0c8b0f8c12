package org.fdboxfs.app.status;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The counters in {@code .fdbox/metrics}. */
public final class Metrics {
  private static final Pattern SAMPLE =
      Pattern.compile("fdboxfs_(events|denials)_total\\{\\w+=\"([^\"]*)\"\\} (\\d{1,18})");

  private Metrics() {}

  /**
   * How often each type of event happened since the mount was made; refusals by errno instead of as
   * one.
   */
  public static Map<String, Long> counters(Path mountpoint) throws IOException {
    return counters(Files.readString(mountpoint.resolve(".fdbox/metrics"), StandardCharsets.UTF_8));
  }

  static Map<String, Long> counters(String openMetrics) {
    Map<String, Long> counters = new TreeMap<>();
    openMetrics
        .lines()
        .map(SAMPLE::matcher)
        .filter(Matcher::matches)
        .forEach(
            sample -> {
              boolean denial = sample.group(1).equals("denials");
              String name = (denial ? "deny " : "") + sample.group(2);
              counters.put(name, Long.parseLong(sample.group(3)));
            });
    counters.remove(MountEvent.DENY);
    return counters;
  }
}
