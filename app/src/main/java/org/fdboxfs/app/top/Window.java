package org.fdboxfs.app.top;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.BiConsumer;
import org.fdboxfs.app.Failure;
import org.fdboxfs.app.host.Screen;
import org.jline.keymap.BindingReader;
import org.jline.keymap.KeyMap;
import org.jline.terminal.Attributes;
import org.jline.terminal.Attributes.LocalFlag;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.Terminal.Signal;
import org.jline.terminal.Terminal.SignalHandler;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.AttributedString;
import org.jline.utils.Display;
import org.jline.utils.InfoCmp.Capability;
import org.jspecify.annotations.Nullable;

/**
 * The terminal while it is ours: its other screen, without echo and cursor. It is given back as it
 * was when this is closed, and when the process is ended by a signal before.
 */
final class Window implements AutoCloseable {
  private static final Size UNKNOWN = new Size(80, 24);

  private final Terminal terminal;
  private final Attributes before;
  private final Display display;
  private final Thread atExit = new Thread(this::restore, "restore the terminal");
  private boolean restored;

  private Window(Terminal terminal) {
    this.terminal = terminal;
    this.before = terminal.getAttributes();
    this.display = new Display(terminal, true);
  }

  /**
   * Takes the terminal.
   *
   * @throws Failure when there is none, or one that cannot do it
   */
  static Window open() throws IOException {
    String type = System.getenv().getOrDefault("TERM", "");
    if (!Screen.isTerminal(0) || !Screen.isTerminal(1)) {
      throw new Failure("input and output are not both a terminal (--once prints one picture)");
    }
    if (type.isEmpty() || type.equals("dumb")) {
      throw new Failure("the terminal is dumb, says TERM (--once prints one picture)");
    }
    Window window = new Window(terminal());
    try {
      window.take();
    } catch (RuntimeException | Error e) {
      window.close();
      throw e;
    }
    return window;
  }

  private static Terminal terminal() throws IOException {
    try {
      return TerminalBuilder.builder()
          .system(true)
          .dumb(false)
          .provider("exec")
          .encoding(StandardCharsets.UTF_8)
          .signalHandler(SignalHandler.SIG_IGN) // until others are set, and it is taken
          .build();
    } catch (IllegalStateException e) {
      throw new Failure("the terminal cannot be used: is stty there? (--once prints one picture)");
    }
  }

  private void take() {
    if (terminal.getStringCapability(Capability.cursor_address) == null) {
      throw new Failure(
          "the terminal "
              + terminal.getType()
              + " cannot move its cursor (--once prints one picture)");
    }
    Runtime.getRuntime().addShutdownHook(atExit);
    terminal.enterRawMode();
    // ^C is a key, and ^Z nothing: it would leave a shell with half a picture.
    Attributes ours = new Attributes(terminal.getAttributes());
    ours.setLocalFlag(LocalFlag.ISIG, false);
    terminal.setAttributes(ours);
    terminal.puts(Capability.enter_ca_mode);
    terminal.puts(Capability.keypad_xmit);
    terminal.puts(Capability.cursor_invisible);
    terminal.flush();
  }

  /**
   * Takes the signals of a terminal over, which JLine would let end the process at once.
   *
   * @param anew is told, on another thread, when the picture has to be made anew
   * @param leave is told when the process is asked to end
   */
  void onSignals(Runnable anew, Runnable leave) {
    terminal.handle(Signal.WINCH, signal -> anew.run());
    terminal.handle(Signal.CONT, signal -> anew.run());
    terminal.handle(Signal.INT, signal -> leave.run());
    terminal.handle(Signal.TSTP, SignalHandler.SIG_IGN);
  }

  /** How large it is now. */
  Size size() {
    Size size = terminal.getSize();
    return size.getColumns() == 0 || size.getRows() == 0 ? UNKNOWN : size;
  }

  /** Shows lines; only what is different from the last ones is sent. */
  void show(List<AttributedString> lines, Size size) {
    display.resize(size.getRows(), size.getColumns());
    display.update(lines, 0);
  }

  /** Draws all of it anew with the next lines. */
  void clear() {
    display.clear();
  }

  /** Tells of keys, until the terminal is gone. */
  void readKeys(BiConsumer<Key, String> pressed) {
    KeyMap<Key> keys = keys();
    BindingReader reader = new BindingReader(terminal.reader());
    while (true) {
      @Nullable Key key = reader.readBinding(keys);
      if (key == null) {
        return;
      }
      pressed.accept(key, reader.getLastBinding());
    }
  }

  private KeyMap<Key> keys() {
    KeyMap<Key> keys = new KeyMap<>();
    keys.setNomatch(Key.TEXT);
    keys.setUnicode(Key.TEXT);
    keys.setAmbiguousTimeout(50);
    for (char letter = ' '; letter <= '~'; letter++) {
      keys.bind(Key.TEXT, String.valueOf(letter));
    }
    bind(keys, Key.UP, Capability.key_up, "\033[A", "\033OA");
    bind(keys, Key.DOWN, Capability.key_down, "\033[B", "\033OB");
    bind(keys, Key.PAGE_UP, Capability.key_ppage, "\033[5~");
    bind(keys, Key.PAGE_DOWN, Capability.key_npage, "\033[6~");
    bind(keys, Key.FIRST, Capability.key_home, "\033[H", "\033OH", "\033[1~");
    bind(keys, Key.LAST, Capability.key_end, "\033[F", "\033OF", "\033[4~");
    bind(keys, Key.BACKSPACE, Capability.key_backspace, "\177", "\b");
    keys.bind(Key.TAB, "\t");
    keys.bind(Key.ENTER, "\r", "\n");
    keys.bind(Key.ESCAPE, "\033");
    keys.bind(Key.INTERRUPT, KeyMap.ctrl('C'));
    return keys;
  }

  private void bind(KeyMap<Key> keys, Key key, Capability capability, String... usual) {
    keys.bind(key, usual);
    String sequence = KeyMap.key(terminal, capability);
    if (sequence != null && !sequence.isEmpty()) {
      keys.bind(key, sequence);
    }
  }

  private synchronized void restore() {
    if (restored) {
      return;
    }
    restored = true;
    terminal.puts(Capability.cursor_normal);
    terminal.puts(Capability.keypad_local);
    terminal.puts(Capability.exit_ca_mode);
    terminal.flush();
    terminal.setAttributes(before);
  }

  @Override
  public void close() {
    restore();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      // The process ends already; the hook finds that nothing is left to be done.
    }
  }
}
