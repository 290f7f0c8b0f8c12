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
import org.fdboxfs.report.Cell;
import org.fdboxfs.report.Table;
import org.fdboxfs.report.TextRenderer;
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
    List<String> lines = new ArrayList<>(TextRenderer.lines(top.entries()));
    if (!top.view.denials().isEmpty()) {
      lines.add("");
      lines.addAll(TextRenderer.lines(top.denials()));
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

  private Table entries() {
    Table.Builder table =
        Table.builder("")
            .left("NAME")
            .left("KIND")
            .left("OWNER")
            .right("CLAIMS")
            .right("WRITERS")
            .left("HELD BY");
    for (Row row : view.rows()) {
      table.row(
          Cell.of(row.path().substring(1)),
          Cell.of(row.kind()),
          Cell.of(row.owner()),
          Cell.of(row.claims()),
          Cell.of(row.writers()),
          Cell.of(row.heldBy()));
    }
    return table.build();
  }

  private Table denials() {
    Table.Builder table =
        Table.builder("")
            .left("REFUSED")
            .left("WHAT")
            .left("PATH")
            .left("ERRNO")
            .left("USER")
            .right("PID")
            .left("RULE AND REASON");
    for (MountEvent denial : view.denials()) {
      table.row(
          Cell.of(denial.time()),
          Cell.of(denial.operation()),
          Cell.of(denial.path()),
          Cell.of(denial.errno()),
          Cell.of(view.accounts().userName(denial.uid())),
          Cell.of(denial.pid()),
          Cell.of(denial.rule() + ": " + denial.reason()));
    }
    return table.build();
  }
}
