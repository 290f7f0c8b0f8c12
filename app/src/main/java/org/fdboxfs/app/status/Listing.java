package org.fdboxfs.app.status;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.fdboxfs.app.host.Accounts;
import org.fdboxfs.app.status.MountStatus.Box;
import org.fdboxfs.app.status.MountStatus.Claimant;
import org.fdboxfs.app.status.MountStatus.Entry;
import org.fdboxfs.app.status.MountStatus.Group;
import org.fdboxfs.report.Cell;
import org.fdboxfs.report.Printable;
import org.fdboxfs.report.Table;
import org.fdboxfs.report.TextRenderer;

/** A mount as a table for people. */
public final class Listing {
  private static final String NOTHING = "-";
  private static final int CLAIMANTS_SHOWN = 3;
  private static final int UNIT = 1024;
  private static final String UNITS = "KMGTPE";

  private record Line(String path, List<Cell> cells) {}

  private final Accounts accounts;

  /**
   * @param accounts where names of owners come from
   */
  public Listing(Accounts accounts) {
    this.accounts = accounts;
  }

  /** A heading and a table, or a hint what to do with an empty mount. */
  public List<String> lines(MountStatus status) {
    List<String> lines = new ArrayList<>(List.of(heading(status)));
    if (status.boxes().isEmpty()) {
      lines.add("  no box yet: mkdir " + status.mountpoint() + "/NAME makes one");
      return lines;
    }
    Table.Builder table = table();
    status.boxes().stream()
        .sorted(Comparator.comparing(Box::name))
        .forEach(box -> addBox(table, box));
    lines.addAll(TextRenderer.lines(table.build()));
    return lines;
  }

  private static String heading(MountStatus status) {
    StringBuilder text = new StringBuilder(Printable.of(status.mountpoint()));
    text.append(": ").append(count(status.boxes().size(), "box", "boxes"));
    text.append(", daemon ").append(status.pid());
    if (status.descriptors() != null) {
      text.append(", ").append(status.descriptors().used());
      text.append(" of ").append(status.descriptors().limit()).append(" descriptors");
    }
    if (status.features() != null) {
      text.append(status.features().passthrough() ? ", passthrough" : ", no passthrough");
    }
    return text.append(", keeper ").append(status.keeper()).toString();
  }

  /** A number of things, in words. */
  public static String count(int number, String one, String many) {
    return number + " " + (number == 1 ? one : many);
  }

  private static Table.Builder table() {
    return Table.builder("")
        .left("NAME")
        .left("KIND")
        .right("SIZE")
        .left("OWNER")
        .left("MODE")
        .right("CLAIMS")
        .left("CLAIMANTS")
        .left("STATE");
  }

  private void addBox(Table.Builder table, Box box) {
    int claims = box.entries().stream().mapToInt(Entry::claims).sum();
    table.row(
        cells(
            box.name() + "/",
            "box",
            NOTHING,
            accounts.userName(box.uid()),
            box.mode(),
            Integer.toString(claims),
            NOTHING,
            box.state()));
    List<Line> lines = new ArrayList<>();
    box.groups().forEach(group -> lines.add(new Line(group.path(), cells(box, group))));
    box.entries().forEach(entry -> lines.add(new Line(entry.path(), cells(box, entry))));
    lines.sort(Comparator.comparing(Line::path));
    lines.forEach(line -> table.row(line.cells()));
  }

  private static List<Cell> cells(String... texts) {
    return Stream.of(texts).map(Cell::of).toList();
  }

  private static List<Cell> cells(Box box, Group group) {
    String mark = group.open() + " (" + group.rule() + ")";
    String name = group.path().isEmpty() ? box.name() : box.name() + "/" + group.path();
    return cells(name + "/", "group", NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, mark);
  }

  private List<Cell> cells(Box box, Entry entry) {
    return cells(
        box.name() + "/" + entry.path(),
        entry.kind(),
        size(entry.size()),
        accounts.userName(entry.uid()),
        entry.mode(),
        Integer.toString(entry.claims()),
        claimants(entry.claimants()),
        entry.state());
  }

  private static String claimants(List<Claimant> claimants) {
    if (claimants.isEmpty()) {
      return NOTHING;
    }
    List<String> labels =
        claimants.stream().limit(CLAIMANTS_SHOWN).map(Claimant::label).distinct().toList();
    int hidden = claimants.size() - CLAIMANTS_SHOWN;
    return String.join(", ", labels) + (hidden > 0 ? " and " + hidden + " more" : "");
  }

  /** Bytes as people read them: {@code 4.0K}, {@code 512M}. */
  public static String size(long bytes) {
    if (bytes < UNIT) {
      return Long.toString(bytes);
    }
    double value = bytes;
    int unit = -1;
    while (value >= UNIT && unit + 1 < UNITS.length()) {
      value /= UNIT;
      unit++;
    }
    String format = value < 10 ? "%.1f%c" : "%.0f%c";
    return String.format(Locale.ROOT, format, value, UNITS.charAt(unit));
  }
}
