package org.fdboxfs.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** A terminal with a shell command in it, as tmux(1) shows it; closing ends what runs there. */
final class Tmux implements AutoCloseable {
  private final Path place;

  private Tmux(Path place) {
    this.place = place;
  }

  /**
   * Opens a terminal.
   *
   * @param command for sh(1); when it is over, the terminal waits until it is closed
   */
  static Tmux run(int width, int height, String command) throws IOException {
    Tmux tmux = new Tmux(Files.createTempDirectory("fdboxfs-tmux"));
    tmux.tmux(
        "-f",
        "/dev/null",
        "new-session",
        "-d",
        "-x",
        Integer.toString(width),
        "-y",
        Integer.toString(height),
        command + "; echo '(over)'; exec sleep 1000");
    return tmux;
  }

  private String tmux(String... words) throws IOException {
    List<String> command = new ArrayList<>(List.of("tmux", "-S", place + "/socket"));
    command.addAll(List.of(words));
    Command.Result result = Command.run(command.toArray(String[]::new));
    if (result.status() != 0) {
      throw new AssertionError(command + ": " + result.output());
    }
    return result.output();
  }

  /** Presses keys, by the names that tmux has for them. */
  void press(String... keys) throws IOException {
    String[] words = new String[keys.length + 1];
    words[0] = "send-keys";
    System.arraycopy(keys, 0, words, 1, keys.length);
    tmux(words);
  }

  void resize(int width, int height) throws IOException {
    tmux("resize-window", "-x", Integer.toString(width), "-y", Integer.toString(height));
  }

  /** What the screen shows. */
  String screen() {
    try {
      return tmux("capture-pane", "-p");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** What tmux knows of the terminal under a name. */
  String variable(String name) throws IOException {
    return tmux("display-message", "-p", "#{" + name + "}").strip();
  }

  /** Waits until the screen shows something. */
  void await(String what, Predicate<String> shows) {
    Await.until(() -> what + ", but:\n" + screen(), () -> shows.test(screen()));
  }

  void awaitText(String text) {
    await("the screen shows " + text, screen -> screen.contains(text));
  }

  @Override
  public void close() throws IOException {
    tmux("kill-server");
    Mount.remove(place);
  }
}
