package org.fdboxfs.policy.rule;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.fdboxfs.model.FdKind;

/**
 * How the members of a directory belong together.
 *
 * @param rule where that was said: id of the rule, {@code mark} or {@code default}
 * @param order kinds, each depending on those before it
 */
public record Link(String rule, Open open, Holder holder, List<FdKind> order) {
  /** What a device needs before it is of use: its IOMMU context. */
  public static final List<FdKind> DEFAULT_ORDER =
      List.of(FdKind.IOMMUFD, FdKind.VFIO_GROUP, FdKind.VFIO_DEVICE);

  /** How members open. */
  public enum Open {
    /** While anybody claims a member, others are refused on all of them. */
    RESERVE,
    /** As reserve, and a member opens only after what it depends on. */
    IN_ORDER,
    /** Only as a set, through the directory. */
    TOGETHER,
    /** As if the directory was no group. */
    NONE;

    private final String label = name().toLowerCase(Locale.ROOT).replace('_', '-');

    public String label() {
      return label;
    }

    /** The mode of that {@link #label}. */
    public static Optional<Open> byLabel(String label) {
      for (Open open : values()) {
        if (open.label().equals(label)) {
          return Optional.of(open);
        }
      }
      return Optional.empty();
    }
  }

  /** Who counts as the same holder. */
  public enum Holder {
    PROCESS,
    USER,
    CGROUP;

    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** The holder of that {@link #label}. */
    public static Optional<Holder> byLabel(String label) {
      for (Holder holder : values()) {
        if (holder.label().equals(label)) {
          return Optional.of(holder);
        }
      }
      return Optional.empty();
    }
  }
}
