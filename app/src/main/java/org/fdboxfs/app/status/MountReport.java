package org.fdboxfs.app.status;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.fdboxfs.app.host.Accounts;
import org.fdboxfs.app.status.MountStatus.Box;
import org.fdboxfs.app.status.MountStatus.Claimant;
import org.fdboxfs.app.status.MountStatus.Entry;
import org.fdboxfs.app.status.MountStatus.Group;
import org.fdboxfs.report.BarChart;
import org.fdboxfs.report.Cell;
import org.fdboxfs.report.Content;
import org.fdboxfs.report.Mark;
import org.fdboxfs.report.Report;
import org.fdboxfs.report.Table;

/** Everything about a mount that its caller may know, as a report. */
public final class MountReport {
  /** A page with more rows takes a browser longer than anybody reads. */
  static final int MOST_ENTRIES = 5_000;

  private static final String SEALED = "sealed";

  /**
   * What is reported.
   *
   * @param denials oldest first
   * @param policy the text in force
   * @param machine what the machine offers, as a table
   * @param time when all this was so
   */
  public record Facts(
      MountStatus status,
      List<MountEvent> denials,
      Map<String, Long> counters,
      String policy,
      Table machine,
      String time) {}

  private final Facts facts;
  private final MountStatus status;
  private final Accounts accounts;

  private MountReport(Facts facts, Accounts accounts) {
    this.facts = facts;
    this.status = facts.status();
    this.accounts = accounts;
  }

  /** The report. */
  public static Report of(Facts facts, Accounts accounts) {
    return new MountReport(facts, accounts).report();
  }

  private Report report() {
    return Report.of(
        "fdboxfs on " + status.mountpoint(),
        page -> {
          page.paragraph(
              "As it was at "
                  + seconds(facts.time())
                  + " UTC, like all times here, of what the user who asked may see. Version "
                  + status.version()
                  + ".");
          if (Boolean.FALSE.equals(status.complete())) {
            page.paragraph(Mark.CHANGED, "The mount holds more boxes than could be shown.");
          }
          page.table(summary());
          // What may be long comes after what one looks for first.
          page.section("Boxes", this::addBoxes);
          page.section("Claims", this::addClaims);
          page.section("Refusals", this::addDenials);
          page.section("Groups", this::addGroups);
          page.section("Entries", this::addEntries);
          page.section("Counters since the mount was made", this::addCounters);
          page.section("Policy in force", section -> section.preformatted(facts.policy()));
          page.section("Machine", section -> section.table(facts.machine()));
        });
  }

  private Table summary() {
    List<Entry> entries = status.boxes().stream().flatMap(box -> box.entries().stream()).toList();
    int claims = entries.stream().mapToInt(Entry::claims).sum();
    Table.Builder table = Table.builder("").left("").left("");
    row(table, "boxes", Integer.toString(status.boxes().size()));
    row(table, "entries", Integer.toString(entries.size()));
    row(table, "claims", Integer.toString(claims));
    row(table, "daemon", "process " + status.pid());
    row(table, "keeper", status.keeper());
    if (status.descriptors() != null) {
      row(
          table,
          "descriptors",
          status.descriptors().used() + " of at most " + status.descriptors().limit());
    }
    if (status.features() != null) {
      row(table, "passthrough", status.features().passthrough() ? "yes" : "no");
      row(table, "threads", Integer.toString(status.features().threads()));
      row(table, "kernel", status.features().kernel());
    }
    return table.build();
  }

  private static void row(Table.Builder table, String what, String value) {
    table.row(Cell.of(what), Cell.of(value));
  }

  private List<Box> boxes() {
    return status.boxes().stream().sorted(Comparator.comparing(Box::name)).toList();
  }

  private void addBoxes(Content section) {
    if (status.boxes().isEmpty()) {
      section.paragraph("None.");
      return;
    }
    Table.Builder table =
        Table.builder("")
            .left("box")
            .left("owner")
            .left("group")
            .left("mode")
            .right("entries")
            .right("claims")
            .left("state");
    for (Box box : boxes()) {
      table.row(
          Cell.of(box.name()),
          Cell.of(accounts.userName(box.uid())),
          Cell.of(accounts.groupName(box.gid())),
          Cell.of(box.mode()),
          Cell.of(box.entries().size()),
          Cell.of(box.entries().stream().mapToInt(Entry::claims).sum()),
          state(box.state()));
    }
    section.table(table.build());
  }

  private static Cell state(String state) {
    return (state.equals(SEALED) ? Mark.CHANGED : Mark.NONE).on(state);
  }

  private record Placed(Box box, Entry entry) {
    String path() {
      return box.name() + "/" + entry.path();
    }
  }

  private List<Placed> entries() {
    List<Placed> all = new ArrayList<>();
    for (Box box : boxes()) {
      box.entries().stream()
          .sorted(Comparator.comparing(Entry::path))
          .forEach(entry -> all.add(new Placed(box, entry)));
    }
    return all;
  }

  private void addEntries(Content section) {
    List<Placed> all = entries();
    if (all.isEmpty()) {
      section.paragraph("None.");
      return;
    }
    addKinds(section, all);
    if (all.size() > MOST_ENTRIES) {
      section.paragraph(
          Mark.CHANGED, "Only the first " + MOST_ENTRIES + " of " + all.size() + " are shown.");
    }
    Table.Builder table =
        Table.builder("")
            .left("entry")
            .left("kind")
            .right("size")
            .left("owner")
            .left("mode")
            .right("claims")
            .right("writers")
            .left("state");
    all.stream().limit(MOST_ENTRIES).forEach(placed -> table.row(cells(placed)));
    section.table(table.build());
  }

  private static void addKinds(Content section, List<Placed> all) {
    Map<String, Long> kinds =
        all.stream()
            .collect(
                Collectors.groupingBy(
                    placed -> placed.entry().kind(), TreeMap::new, Collectors.counting()));
    section.chart(bars("Entries by kind", kinds));
  }

  private static BarChart bars(String caption, Map<String, Long> values) {
    BarChart.Builder chart = BarChart.builder(caption, "");
    values.forEach((label, value) -> chart.bar(label, value));
    return chart.build();
  }

  private List<Cell> cells(Placed placed) {
    Entry entry = placed.entry();
    return List.of(
        Cell.of(placed.path()),
        Cell.of(entry.kind()),
        Cell.of(Listing.size(entry.size())),
        Cell.of(accounts.userName(entry.uid())),
        Cell.of(entry.mode()),
        entry.claims() == 0 ? Mark.MUTED.on("0") : Cell.of(entry.claims()),
        entry.writers() == 0 ? Mark.MUTED.on("0") : Cell.of(entry.writers()),
        state(entry.state()));
  }

  private void addClaims(Content section) {
    Table.Builder table =
        Table.builder("")
            .left("entry")
            .left("command")
            .right("process")
            .left("user")
            .left("access")
            .left("since");
    int claims = 0;
    for (Placed placed : entries()) {
      for (Claimant claimant : placed.entry().claimants()) {
        if (claims++ < MOST_ENTRIES) {
          table.row(
              Cell.of(placed.path()),
              Cell.of(claimant.command()),
              Cell.of(claimant.pid()),
              Cell.of(accounts.userName(claimant.uid())),
              Cell.of(claimant.access()),
              Cell.of(seconds(claimant.since())));
        }
      }
    }
    if (claims == 0) {
      section.paragraph("Nobody holds a claim.");
      return;
    }
    if (claims > MOST_ENTRIES) {
      section.paragraph(
          Mark.CHANGED, "Only the first " + MOST_ENTRIES + " of " + claims + " are shown.");
    }
    section.table(table.build());
  }

  /** Without the fraction that nobody reads, and so that it can be wrapped. */
  private static String seconds(String time) {
    return time.replaceFirst("(\\.\\d+)?Z$", "").replace('T', ' ');
  }

  private void addGroups(Content section) {
    Table.Builder table = Table.builder("").left("directory").left("opens").left("by rule");
    boolean any = false;
    for (Box box : boxes()) {
      for (Group group : box.groups()) {
        any = true;
        String path = group.path().isEmpty() ? box.name() : box.name() + "/" + group.path();
        table.row(Cell.of(path), Cell.of(group.open()), Cell.of(group.rule()));
      }
    }
    if (any) {
      section.table(table.build());
    } else {
      section.paragraph("None: no descriptors belong together.");
    }
  }

  private void addDenials(Content section) {
    if (facts.denials().isEmpty()) {
      section.paragraph("None that concern the user who asked.");
      return;
    }
    section.paragraph("The last that concern the user who asked, newest first.");
    Table.Builder table =
        Table.builder("")
            .left("time")
            .left("operation")
            .left("path")
            .left("user")
            .right("process")
            .left("errno")
            .left("rule")
            .left("why");
    for (int last = facts.denials().size() - 1; last >= 0; last--) {
      MountEvent denial = facts.denials().get(last);
      table.row(
          Cell.of(seconds(denial.time())),
          Cell.of(denial.operation()),
          Cell.of(denial.path()),
          Cell.of(accounts.userName(denial.uid())),
          Cell.of(denial.pid()),
          Mark.BAD.on(denial.errno()),
          Cell.of(denial.rule()),
          Cell.of(denial.reason()));
    }
    section.table(table.build());
  }

  private void addCounters(Content section) {
    if (facts.counters().isEmpty()) {
      section.paragraph("Nothing has happened yet.");
      return;
    }
    section.paragraph("Of all users together.");
    section.chart(bars("What happened, and how often", facts.counters()));
  }
}
