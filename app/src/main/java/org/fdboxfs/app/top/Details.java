package org.fdboxfs.app.top;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.fdboxfs.app.host.Accounts;
import org.fdboxfs.app.status.ErrnoText;
import org.fdboxfs.app.status.Listing;
import org.fdboxfs.app.status.MountEvent;
import org.fdboxfs.app.status.MountStatus.Claimant;
import org.fdboxfs.app.status.MountStatus.Entry;
import org.fdboxfs.app.status.MountStatus.Group;
import org.jspecify.annotations.Nullable;

/** All that is known of what is selected, as lines. */
final class Details {
  private static final int DENIALS_SHOWN = 20;

  private final View view;
  private final Accounts accounts;
  private final ZoneId zone;
  private final List<String> lines = new ArrayList<>();

  private Details(View view, ZoneId zone) {
    this.view = view;
    this.accounts = view.accounts();
    this.zone = zone;
  }

  /** The lines; names in them may hold anything. */
  static List<String> of(View view, ZoneId zone) {
    Details details = new Details(view, zone);
    Row row = view.selectedRow();
    MountEvent denial = view.selectedDenial();
    if (view.pane() == View.Pane.DENIALS && denial != null) {
      details.addDenial(denial);
    } else if (view.pane() == View.Pane.ENTRIES && row != null) {
      details.addRow(row);
    } else {
      details.lines.add("nothing is selected");
    }
    return details.lines;
  }

  private void addRow(Row row) {
    Entry entry = row.entry();
    lines.add(row.path());
    if (entry == null) {
      lines.add("  " + row.kind() + " " + row.heldBy());
    } else {
      addEntry(row, entry);
    }
    addDenialsOf(row.path());
  }

  private void addEntry(Row row, Entry entry) {
    lines.add("  kind   " + entry.kind() + ", " + Listing.size(entry.size()) + " bytes");
    lines.add("  owner  " + row.owner() + ":" + accounts.groupName(entry.gid()));
    lines.add("  mode   " + entry.mode());
    lines.add("  state  " + entry.state());
    Group group = groupOf(row, entry);
    if (group != null) {
      lines.add("  group  opens " + group.open() + ", by rule " + group.rule());
    }
    lines.add("");
    addHolders(entry);
  }

  private static @Nullable Group groupOf(Row row, Entry entry) {
    int slash = entry.path().lastIndexOf('/');
    String directory = slash < 0 ? "" : entry.path().substring(0, slash);
    return row.box().groups().stream()
        .filter(group -> group.path().equals(directory))
        .findFirst()
        .orElse(null);
  }

  private void addHolders(Entry entry) {
    if (entry.claimants().isEmpty()) {
      lines.add("nobody holds a claim");
      return;
    }
    lines.add("claims: " + entry.claims() + ", for writing: " + entry.writers());
    for (Claimant each : entry.claimants()) {
      String since = MountEvent.clock(each.since(), zone);
      lines.add(
          "  "
              + each.label()
              + " of "
              + accounts.userName(each.uid())
              + ", "
              + each.access()
              + ", since "
              + since);
    }
  }

  private void addDenialsOf(String path) {
    List<MountEvent> denials =
        view.shown().denials().stream()
            .filter(denial -> denial.path().equals(path))
            .limit(DENIALS_SHOWN)
            .toList();
    if (denials.isEmpty()) {
      return;
    }
    lines.add("");
    lines.add("refused lately:");
    for (MountEvent denial : denials) {
      lines.add(
          "  "
              + denial.clock(zone)
              + " "
              + denial.operation()
              + " by "
              + who(denial)
              + ": "
              + denial.errno()
              + " [rule "
              + denial.rule()
              + "] "
              + denial.reason());
    }
  }

  private String who(MountEvent denial) {
    return accounts.userName(denial.uid()) + " (pid " + denial.pid() + ")";
  }

  private void addDenial(MountEvent denial) {
    lines.add(denial.operation() + " " + denial.path() + " was refused");
    lines.add("  time   " + denial.clock(zone));
    lines.add("  who    " + who(denial));
    lines.add("  errno  " + ErrnoText.of(denial.errno()));
    lines.add("  rule   " + denial.rule());
    lines.add("  why    " + denial.reason());
    for (Row row : view.rows()) {
      Entry entry = row.entry();
      if (entry != null && row.path().equals(denial.path())) {
        lines.add("");
        lines.add("now:");
        addEntry(row, entry);
      }
    }
  }
}
