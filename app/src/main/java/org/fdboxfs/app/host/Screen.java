package org.fdboxfs.app.host;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What standard output is shown on.
 *
 * @param width in columns
 * @param colour whether colours are wanted there
 */
public record Screen(int width, boolean colour) {
  private static final int WIDTH_OF_A_FILE = 100;
  private static final int USUAL_WIDTH = 80;
  private static final Pattern SIZE = Pattern.compile("\\d+ (\\d{1,4})\\s*");

  private static final Pattern TERMINAL = Pattern.compile("/dev/(pts/\\d+|tty\\w*|console)");

  /** A file or pipe. */
  public static final Screen NONE = new Screen(WIDTH_OF_A_FILE, false);

  /** That of this process; {@link #NONE} unless it is a terminal. */
  public static Screen ofThisProcess() {
    return isTerminal(1) ? new Screen(terminalWidth(), wantsColour()) : NONE;
  }

  /** Whether a descriptor of this process is a terminal. */
  public static boolean isTerminal(int descriptor) {
    try {
      String device = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
      return TERMINAL.matcher(device).matches();
    } catch (IOException e) {
      return false; // not even open
    }
  }

  /** NO_COLOR is what people set who want none in any program. */
  private static boolean wantsColour() {
    String terminal = System.getenv().getOrDefault("TERM", "dumb");
    return !terminal.equals("dumb") && System.getenv().getOrDefault("NO_COLOR", "").isEmpty();
  }

  private static int terminalWidth() {
    ProcessBuilder stty = new ProcessBuilder("stty", "size");
    stty.redirectInput(ProcessBuilder.Redirect.INHERIT);
    stty.redirectError(ProcessBuilder.Redirect.DISCARD);
    try (InputStream output = stty.start().getInputStream()) {
      return width(new String(output.readAllBytes(), StandardCharsets.US_ASCII));
    } catch (IOException e) {
      return USUAL_WIDTH; // no stty
    }
  }

  /** From rows and columns, as stty(1) says them; 0 columns are a terminal that does not know. */
  static int width(String size) {
    Matcher matcher = SIZE.matcher(size);
    int columns = matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
    return columns == 0 ? USUAL_WIDTH : columns;
  }
}
