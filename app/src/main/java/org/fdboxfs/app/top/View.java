package org.fdboxfs.app.top;

import java.util.List;
import java.util.Locale;
import org.fdboxfs.app.host.Accounts;
import org.fdboxfs.app.status.MountEvent;
import org.fdboxfs.app.status.MountStatus;
import org.jspecify.annotations.Nullable;

/** What the user wants to see, and what of it is selected. */
final class View {
  /** What is shown below the heading. */
  enum Mode {
    LIST,
    /** As LIST, while a filter is typed. */
    FILTER,
    DETAILS,
    HELP
  }

  /** Which half of the list the keys are for. */
  enum Pane {
    ENTRIES,
    DENIALS
  }

  private final Accounts accounts;
  private Mode mode = Mode.LIST;
  private Pane pane = Pane.ENTRIES;
  private Row.Order order = Row.Order.NAME;
  private String filter = "";
  private boolean paused;
  private Snapshot shown;
  private List<Row> rows = List.of();
  private List<MountEvent> denials = List.of();
  private int entry;
  private int denial;
  private int scrolled;
  private int page = 1;

  View(Accounts accounts, Snapshot first) {
    this.accounts = accounts;
    this.shown = first;
    arrange();
  }

  /** Takes what is so now, unless the user wants to look at what was. */
  @SuppressWarnings("ReferenceEquality") // to compare them takes as long as to take it in
  void update(Snapshot latest) {
    if (paused) {
      return;
    }
    boolean sameStatus = latest.status() == shown.status();
    shown = latest;
    if (!sameStatus) {
      arrangeRows(); // of what may be a hundred thousand entries
    }
    arrangeDenials();
  }

  /** How many lines a pane has: what a page up or down goes by. */
  void page(int lines) {
    page = Math.max(1, lines);
  }

  private void arrange() {
    arrangeRows();
    arrangeDenials();
  }

  private void arrangeRows() {
    Row selected = selectedRow();
    MountStatus status = shown.status();
    rows = status == null ? List.of() : Row.of(status, accounts, order, filter);
    entry = selected == null ? 0 : indexOf(selected.path());
  }

  private void arrangeDenials() {
    MountEvent selected = selectedDenial();
    denials = shown.denials().stream().filter(this::isWanted).toList();
    // The newest stays selected when newer ones come; any other stays the one that it is.
    int same = denial == 0 || selected == null ? 0 : denials.indexOf(selected);
    denial = clamp(same < 0 ? denial : same, denials.size());
  }

  private boolean isWanted(MountEvent denial) {
    String user = accounts.userName(denial.uid());
    String words = String.join(" ", denial.path(), denial.errno(), denial.rule(), user);
    return words.toLowerCase(Locale.ROOT).contains(filter.toLowerCase(Locale.ROOT));
  }

  private int indexOf(String path) {
    for (int index = 0; index < rows.size(); index++) {
      if (rows.get(index).path().equals(path)) {
        return index;
      }
    }
    return clamp(entry, rows.size());
  }

  private static int clamp(int index, int size) {
    return Math.max(0, Math.min(index, size - 1));
  }

  /**
   * A key was pressed.
   *
   * @param text what it wrote
   * @return false when the user wants to leave
   */
  boolean press(Key key, String text) {
    if (key == Key.INTERRUPT) {
      return false;
    }
    if (mode == Mode.FILTER) {
      type(key, text);
      return true;
    }
    if (key == Key.TEXT) {
      return pressLetter(text);
    }
    switch (key) {
      case UP -> move(-1);
      case DOWN -> move(1);
      case PAGE_UP -> move(-page);
      case PAGE_DOWN -> move(page);
      case FIRST -> move(-Integer.MAX_VALUE / 2);
      case LAST -> move(Integer.MAX_VALUE / 2);
      case TAB -> pane = pane == Pane.ENTRIES ? Pane.DENIALS : Pane.ENTRIES;
      case ENTER -> toggle(Mode.DETAILS);
      case ESCAPE, BACKSPACE -> back();
      default -> {}
    }
    return true;
  }

  private boolean pressLetter(String text) {
    switch (text) {
      case "q" -> {
        return false;
      }
      case "k" -> move(-1);
      case "j" -> move(1);
      case "g" -> move(-Integer.MAX_VALUE / 2);
      case "G" -> move(Integer.MAX_VALUE / 2);
      case " ", "p" -> paused = !paused;
      case "s" -> {
        order = order.next();
        arrange();
      }
      case "/" -> mode = Mode.FILTER;
      case "?", "h" -> toggle(Mode.HELP);
      default -> {}
    }
    return true;
  }

  private void type(Key key, String text) {
    switch (key) {
      case TEXT -> filter += text;
      case BACKSPACE -> filter = filter.substring(0, lastCharacter());
      case ENTER, TAB, UP, DOWN -> mode = Mode.LIST;
      case ESCAPE -> {
        filter = "";
        mode = Mode.LIST;
      }
      default -> {}
    }
    arrange();
  }

  private int lastCharacter() {
    return filter.isEmpty() ? 0 : filter.offsetByCodePoints(filter.length(), -1);
  }

  private void toggle(Mode wanted) {
    mode = mode == wanted ? Mode.LIST : wanted;
    scrolled = 0;
  }

  private void back() {
    if (mode != Mode.LIST) {
      mode = Mode.LIST;
    } else {
      filter = "";
      arrange();
    }
  }

  private void move(int lines) {
    if (mode != Mode.LIST) {
      scrolled = Math.max(0, scrolled + lines);
    } else if (pane == Pane.ENTRIES) {
      entry = clamp(entry + lines, rows.size());
    } else {
      denial = clamp(denial + lines, denials.size());
    }
  }

  Mode mode() {
    return mode;
  }

  Pane pane() {
    return pane;
  }

  Row.Order order() {
    return order;
  }

  String filter() {
    return filter;
  }

  boolean isPaused() {
    return paused;
  }

  Snapshot shown() {
    return shown;
  }

  List<Row> rows() {
    return rows;
  }

  List<MountEvent> denials() {
    return denials;
  }

  /** Index of the selected row. */
  int selectedEntry() {
    return entry;
  }

  /** Index of the selected refusal. */
  int selectedDenialIndex() {
    return denial;
  }

  @Nullable Row selectedRow() {
    return entry < rows.size() ? rows.get(entry) : null;
  }

  @Nullable MountEvent selectedDenial() {
    return denial < denials.size() ? denials.get(denial) : null;
  }

  /** How far details are scrolled; no further than to their last line. */
  int scrolled(int lines, int height) {
    scrolled = Math.min(scrolled, Math.max(0, lines - height));
    return scrolled;
  }

  Accounts accounts() {
    return accounts;
  }
}
