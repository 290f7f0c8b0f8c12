package org.fdboxfs.app.top;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.fdboxfs.app.host.Accounts;
import org.fdboxfs.app.status.MountStatus;
import org.fdboxfs.app.status.MountStatus.Box;
import org.fdboxfs.app.status.MountStatus.Entry;
import org.fdboxfs.app.status.MountStatus.Group;
import org.jspecify.annotations.Nullable;

/**
 * A line of the upper pane: a box, a group or an entry.
 *
 * @param path from the root of the mount; of boxes and groups with a slash at its end
 * @param heldBy who holds it, in words
 * @param entry null for a box or group
 */
record Row(
    String path,
    String kind,
    String owner,
    String mode,
    int claims,
    int writers,
    long size,
    String heldBy,
    Box box,
    @Nullable Entry entry) {
  /** In which order lines are shown. */
  enum Order {
    /** As ls shows them, with boxes and groups. */
    NAME(Comparator.comparing(Row::path)),
    CLAIMS(Comparator.comparing(Row::claims).reversed().thenComparing(Row::path)),
    SIZE(Comparator.comparing(Row::size).reversed().thenComparing(Row::path)),
    OWNER(Comparator.comparing(Row::owner).thenComparing(Row::path));

    @SuppressWarnings("ImmutableEnumChecker") // a comparator only compares
    private final Comparator<Row> comparator;

    Order(Comparator<Row> comparator) {
      this.comparator = comparator;
    }

    Order next() {
      return switch (this) {
        case NAME -> CLAIMS;
        case CLAIMS -> SIZE;
        case SIZE -> OWNER;
        case OWNER -> NAME;
      };
    }

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * The lines of a mount.
   *
   * @param filter what a line has to have in it, in capitals or not; empty for all
   */
  static List<Row> of(MountStatus status, Accounts accounts, Order order, String filter) {
    List<Row> rows = new ArrayList<>();
    for (Box box : status.boxes()) {
      if (order == Order.NAME) {
        rows.add(of(box, accounts));
        box.groups().forEach(group -> rows.add(of(box, group)));
      }
      box.entries().forEach(entry -> rows.add(of(box, entry, accounts)));
    }
    String wanted = filter.toLowerCase(Locale.ROOT);
    return rows.stream()
        .filter(row -> row.words().contains(wanted))
        .sorted(order.comparator)
        .toList();
  }

  private static Row of(Box box, Accounts accounts) {
    int claims = box.entries().stream().mapToInt(Entry::claims).sum();
    int writers = box.entries().stream().mapToInt(Entry::writers).sum();
    String owner = accounts.userName(box.uid());
    String path = "/" + box.name() + "/";
    return new Row(path, "box", owner, box.mode(), claims, writers, 0, box.state(), box, null);
  }

  private static Row of(Box box, Group group) {
    String path = "/" + box.name() + "/" + (group.path().isEmpty() ? "" : group.path() + "/");
    String opens = "opens " + group.open() + " (" + group.rule() + ")";
    return new Row(path, "group", "", "", 0, 0, 0, opens, box, null);
  }

  private static Row of(Box box, Entry entry, Accounts accounts) {
    return new Row(
        "/" + box.name() + "/" + entry.path(),
        entry.kind(),
        accounts.userName(entry.uid()),
        entry.mode(),
        entry.claims(),
        entry.writers(),
        entry.size(),
        holders(entry, accounts),
        box,
        entry);
  }

  private static String holders(Entry entry, Accounts accounts) {
    return entry.claimants().stream()
        .map(each -> each.label() + " " + accounts.userName(each.uid()))
        .distinct()
        .collect(Collectors.joining(", "));
  }

  private String words() {
    return String.join(" ", path, kind, owner, heldBy).toLowerCase(Locale.ROOT);
  }
}
