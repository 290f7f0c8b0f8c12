package org.fdboxfs.app.top;

import java.io.IOException;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.fdboxfs.app.host.Accounts;
import org.fdboxfs.app.status.MountEvent;
import org.fdboxfs.app.status.TextTable;
import org.fdboxfs.app.status.TextTable.Align;
import org.jline.terminal.Size;
import org.jspecify.annotations.Nullable;

/** Shows a mount as it changes, until the user has seen enough. */
public final class Top {
  /** Rates fall also when nothing happens. */
  private static final long LONGEST_STILL_MILLIS = 1000;

  private static final long SHORTEST_STILL_MILLIS = 50;

  /** Something for the loop; the key is null when only the picture is to be made anew. */
  private record Input(@Nullable Key key, String text) {
    static final Input LOOK = new Input(null, "");
  }

  private final BlockingQueue<Input> inputs = new LinkedBlockingQueue<>();
  private final AtomicBoolean looking = new AtomicBoolean();
  private final AtomicBoolean resized = new AtomicBoolean(true);
  private final Feed feed;
  private final View view;

  private Top(Path mountpoint) throws IOException {
    feed = new Feed(mountpoint, this::look);
    feed.readOnce();
    view = new View(Accounts.ofThisMachine(), feed.latest());
  }

  /** Shows a mount on the terminal of this process; returns when the user leaves. */
  public static void watch(Path mountpoint) throws IOException {
    Top top = new Top(mountpoint);
    try (Window window = Window.open()) {
      top.run(window);
    }
  }

  /** The same as lines, once, with what was refused so far. */
  public static List<String> once(Path mountpoint) throws IOException {
    Top top = new Top(mountpoint);
    List<String> lines = new ArrayList<>(top.entries().lines());
    if (!top.view.denials().isEmpty()) {
      lines.add("");
      lines.addAll(top.denials().lines());
    }
    return lines;
  }

  /** At most one request to look waits, however much happens. */
  private void look() {
    if (!looking.getAndSet(true)) {
      inputs.add(Input.LOOK);
    }
  }

  private void run(Window window) {
    window.onSignals(
        () -> {
          resized.set(true);
          look();
        },
        this::leave);
    Thread keys = new Thread(() -> readKeys(window), "keys");
    keys.setDaemon(true);
    keys.start();
    feed.start();
    Size size = window.size();
    boolean more = true;
    while (more) {
      if (resized.getAndSet(false)) {
        size = window.size();
        window.clear();
      }
      window.show(
          Picture.of(view, size.getColumns(), size.getRows(), ZoneId.systemDefault()), size);
      more = next();
    }
  }

  private void readKeys(Window window) {
    try {
      window.readKeys((key, text) -> inputs.add(new Input(key, text)));
    } finally {
      leave(); // the terminal is gone
    }
  }

  private void leave() {
    inputs.add(new Input(Key.INTERRUPT, ""));
  }

  /** Waits for something and takes it in; false when the user leaves. */
  private boolean next() {
    Input input = poll(LONGEST_STILL_MILLIS);
    if (input != null && input.key() == null) {
      input = poll(SHORTEST_STILL_MILLIS); // unless a key is pressed, no more than that often
    }
    while (input != null) {
      Key key = input.key();
      if (key != null && !view.press(key, input.text())) {
        return false;
      }
      input = inputs.poll();
    }
    looking.set(false);
    view.update(feed.latest());
    return true;
  }

  private @Nullable Input poll(long millis) {
    try {
      return inputs.poll(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      return new Input(Key.INTERRUPT, "");
    }
  }

  private TextTable entries() {
    TextTable table =
        new TextTable()
            .column("NAME", Align.LEFT)
            .column("KIND", Align.LEFT)
            .column("OWNER", Align.LEFT)
            .column("CLAIMS", Align.RIGHT)
            .column("WRITERS", Align.RIGHT)
            .column("HELD BY", Align.LEFT);
    for (Row row : view.rows()) {
      table.row(
          List.of(
              row.path().substring(1),
              row.kind(),
              row.owner(),
              Integer.toString(row.claims()),
              Integer.toString(row.writers()),
              row.heldBy()));
    }
    return table;
  }

  private TextTable denials() {
    TextTable table =
        new TextTable()
            .column("REFUSED", Align.LEFT)
            .column("WHAT", Align.LEFT)
            .column("PATH", Align.LEFT)
            .column("ERRNO", Align.LEFT)
            .column("USER", Align.LEFT)
            .column("PID", Align.RIGHT)
            .column("RULE AND REASON", Align.LEFT);
    for (MountEvent denial : view.denials()) {
      table.row(
          List.of(
              denial.time(),
              denial.operation(),
              denial.path(),
              denial.errno(),
              view.accounts().userName(denial.uid()),
              Long.toString(denial.pid()),
              denial.rule() + ": " + denial.reason()));
    }
    return table;
  }
}
