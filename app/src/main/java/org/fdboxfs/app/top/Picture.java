package org.fdboxfs.app.top;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.fdboxfs.app.status.Listing;
import org.fdboxfs.app.status.MountEvent;
import org.fdboxfs.app.status.MountStatus;
import org.fdboxfs.app.top.Columns.Column;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStyle;

/** Makes the lines of a screen of what is so and what the user wants to see of it. */
final class Picture {
  private static final int NARROW = 72;
  private static final int SMALLEST_HEIGHT = 8;

  /** The first are those without which a small screen would be a trap. */
  private static final String KEYS =
      "q quit  ? help  / filter  Enter details  Tab other pane  s sort  p pause";

  private static final List<String> HELP =
      List.of(
          "Above: boxes, groups and entries, and",
          "who holds claims on them.",
          "Below: what was refused, newest first.",
          "",
          "  Up Down j k   one line",
          "  PgUp PgDn     one page",
          "  Home End g G  first and last",
          "  Tab           the other pane",
          "  Enter         details, and back",
          "  /             only what has a text",
          "                in it; Enter ends it,",
          "                Esc shows all again",
          "  s             sort by name, claims,",
          "                size, owner",
          "  p, space      hold still, and go on",
          "  q             quit",
          "",
          "Rates are those of five seconds, of",
          "what you may know of.");

  private static final AttributedStyle PLAIN = AttributedStyle.DEFAULT;
  private static final AttributedStyle STRONG = PLAIN.bold();
  private static final AttributedStyle HEADING = PLAIN.inverse();
  private static final AttributedStyle SELECTED = PLAIN.foreground(AttributedStyle.CYAN).bold();
  private static final AttributedStyle TROUBLE = PLAIN.foreground(AttributedStyle.RED).bold();
  private static final AttributedStyle HELD = PLAIN.foreground(AttributedStyle.GREEN);

  private final View view;
  private final int width;
  private final int height;
  private final ZoneId zone;
  private final List<AttributedString> lines = new ArrayList<>();

  private Picture(View view, int width, int height, ZoneId zone) {
    this.view = view;
    this.width = width;
    this.height = height;
    this.zone = zone;
  }

  /** The lines, exactly as many as the screen has, each as wide as it at most. */
  static List<AttributedString> of(View view, int width, int height, ZoneId zone) {
    Picture picture = new Picture(view, width, Math.max(SMALLEST_HEIGHT, height), zone);
    picture.draw();
    return picture.lines.subList(0, Math.min(height, picture.lines.size()));
  }

  private void add(String text, AttributedStyle style) {
    lines.add(new AttributedString(Columns.fitted(text, width), style));
  }

  private void draw() {
    addHead();
    int body = height - lines.size() - 1;
    switch (view.mode()) {
      case LIST, FILTER -> addPanes(body);
      case DETAILS -> addText(Details.of(view, zone), body);
      case HELP -> addText(HELP, body);
    }
    add(view.mode() == View.Mode.FILTER ? "filter: " + view.filter() + "_" : KEYS, STRONG);
  }

  private void addHead() {
    Snapshot shown = view.shown();
    MountStatus status = shown.status();
    String place = status == null ? "" : " " + status.mountpoint();
    add("fdboxfs top" + place + (view.isPaused() ? "   HELD STILL: p goes on" : ""), STRONG);
    add(status == null ? "" : totals(status) + "   " + rates(shown), PLAIN);
    if (!shown.trouble().isEmpty()) {
      add(shown.trouble(), TROUBLE);
    } else {
      String filter = view.filter().isEmpty() ? "" : ", only with '" + view.filter() + "'";
      String lost = shown.lost() == 0 ? "" : "; too fast to be seen: " + shown.lost() + " events";
      add("by " + view.order().word() + filter + lost, PLAIN);
    }
  }

  private static String totals(MountStatus status) {
    int entries = status.boxes().stream().mapToInt(box -> box.entries().size()).sum();
    int claims =
        status.boxes().stream()
            .flatMap(box -> box.entries().stream())
            .mapToInt(MountStatus.Entry::claims)
            .sum();
    return String.join(
        ", ",
        Listing.count(status.boxes().size(), "box", "boxes"),
        Listing.count(entries, "entry", "entries"),
        Listing.count(claims, "claim", "claims"));
  }

  private static String rates(Snapshot shown) {
    return String.format(
        Locale.ROOT,
        "per second: %.1f opens, %.1f puts, %.1f denials",
        shown.opensPerSecond(),
        shown.putsPerSecond(),
        shown.denialsPerSecond());
  }

  /** Two thirds of the lines for entries, the rest for refusals; each with a heading. */
  private void addPanes(int body) {
    int below = Math.max(2, body / 3);
    int above = body - below;
    view.page((view.pane() == View.Pane.ENTRIES ? above : below) - 1);
    addEntries(above);
    addDenials(below);
  }

  private void addEntries(int size) {
    boolean focus = view.pane() == View.Pane.ENTRIES;
    Columns columns = new Columns(entryColumns(), width);
    add(columns.headings(), focus ? HEADING.bold() : HEADING.faint());
    List<Row> rows = view.rows();
    int first = first(view.selectedEntry(), size - 1);
    for (int line = 0; line < size - 1; line++) {
      int index = first + line;
      if (index >= rows.size()) {
        add(rows.isEmpty() && line == 0 ? nothing() : "", PLAIN);
        continue;
      }
      Row row = rows.get(index);
      boolean selected = focus && index == view.selectedEntry();
      add(columns.line(cells(row, selected)), style(row, selected));
    }
  }

  private String nothing() {
    boolean any = view.shown().status() != null && !view.shown().status().boxes().isEmpty();
    return any ? "  nothing has that in it" : "  no box yet";
  }

  private static AttributedStyle style(Row row, boolean selected) {
    if (selected) {
      return SELECTED;
    }
    return row.entry() != null && row.claims() > 0 ? HELD : PLAIN;
  }

  /** The line that is shown first, so that the selected one is seen. */
  private static int first(int selected, int size) {
    return Math.max(0, selected - Math.max(0, size - 1));
  }

  private List<Column> entryColumns() {
    if (width < NARROW) {
      return List.of(
          Column.sharing(" NAME", 3),
          Column.left("KIND", 8),
          Column.right("CLAIMS", 6),
          Column.sharing("HELD BY", 2));
    }
    return List.of(
        Column.sharing(" NAME", 4),
        Column.left("KIND", 11),
        Column.right("SIZE", 5),
        Column.left("OWNER", 8),
        Column.left("MODE", 4),
        Column.right("CLAIMS", 6),
        Column.right("WRITE", 5),
        Column.sharing("HELD BY", 4));
  }

  /** The selected one has a sign as well: not every terminal has colours. */
  private List<String> cells(Row row, boolean selected) {
    String name = (selected ? ">" : " ") + row.path().substring(1);
    String claims = row.kind().equals("group") ? "" : Integer.toString(row.claims());
    if (width < NARROW) {
      return List.of(name, row.kind(), claims, row.heldBy());
    }
    return List.of(
        name,
        row.kind(),
        row.entry() == null ? "" : Listing.size(row.size()),
        row.owner(),
        row.mode(),
        claims,
        row.kind().equals("group") ? "" : Integer.toString(row.writers()),
        row.heldBy());
  }

  private void addDenials(int size) {
    boolean focus = view.pane() == View.Pane.DENIALS;
    Columns columns = new Columns(denialColumns(), width);
    add(columns.headings(), focus ? HEADING.bold() : HEADING.faint());
    List<MountEvent> denials = view.denials();
    int first = first(view.selectedDenialIndex(), size - 1);
    for (int line = 0; line < size - 1; line++) {
      int index = first + line;
      if (index >= denials.size()) {
        add(denials.isEmpty() && line == 0 ? "  nothing was refused" : "", PLAIN);
        continue;
      }
      boolean selected = focus && index == view.selectedDenialIndex();
      add(columns.line(cells(denials.get(index), selected)), selected ? SELECTED : PLAIN);
    }
  }

  private List<Column> denialColumns() {
    if (width < NARROW) {
      return List.of(
          Column.left(" REFUSED", 9), Column.sharing("PATH", 1), Column.left("ERRNO", 10));
    }
    return List.of(
        Column.left(" REFUSED", 9),
        Column.left("WHAT", 8),
        Column.sharing("PATH", 2),
        Column.left("ERRNO", 10),
        Column.left("USER", 8),
        Column.sharing("RULE AND REASON", 3));
  }

  private List<String> cells(MountEvent denial, boolean selected) {
    String time = (selected ? ">" : " ") + denial.clock(zone);
    if (width < NARROW) {
      return List.of(time, denial.path(), denial.errno());
    }
    return List.of(
        time,
        denial.operation(),
        denial.path(),
        denial.errno(),
        view.accounts().userName(denial.uid()),
        denial.rule() + ": " + denial.reason());
  }

  private void addText(List<String> text, int body) {
    List<AttributedString> wrapped =
        text.stream()
            .flatMap(line -> Columns.wrapped(line, width).stream())
            .map(AttributedString::new)
            .toList();
    view.page(body - 1);
    int first = view.scrolled(wrapped.size(), body);
    for (int line = 0; line < body; line++) {
      boolean any = first + line < wrapped.size();
      lines.add(any ? wrapped.get(first + line) : AttributedString.EMPTY);
    }
  }
}
