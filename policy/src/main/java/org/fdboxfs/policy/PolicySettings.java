package org.fdboxfs.policy;

import java.util.List;
import java.util.Map;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.policy.rule.Condition;
import org.fdboxfs.policy.rule.Link;
import org.fdboxfs.policy.rule.Match;
import org.jspecify.annotations.Nullable;

/**
 * What a policy file says, validated.
 *
 * @param modes whether mode bits count
 * @param kinds which kinds may go in, where that differs from {@link FdKind#allowedByDefault}
 * @param source the text it was read from, as {@code .fdbox/policy} shows it
 */
public record PolicySettings(
    Modes modes,
    Map<FdKind, Boolean> kinds,
    List<RuleSetting> rules,
    List<GroupSetting> groups,
    Quotas quotas,
    RestorePermissions restorePermissions,
    String source) {

  /** No limit on the number of claims. */
  public static final int UNLIMITED = Integer.MAX_VALUE;

  /** Whether mode bits, owners of entries and sticky bits refuse, or the rules alone. */
  public enum Modes {
    ENFORCED,
    IGNORED
  }

  /**
   * One rule of the file: has a verdict, or limits the claims on an entry.
   *
   * @param allow whether what it is about is not put to later verdicts; never with {@code deny}
   * @param opens claims at a time, {@link #UNLIMITED}, or null when the rule does not say
   * @param writers claims open for writing at a time, likewise
   */
  public record RuleSetting(
      String id,
      Match match,
      Condition when,
      boolean allow,
      @Nullable Errno deny,
      @Nullable Integer opens,
      @Nullable Integer writers) {}

  /** One group rule of the file. */
  public record GroupSetting(Match match, Link link) {}

  /**
   * What one user or box may hold.
   *
   * @param bytesPerUser sum of the sizes of the memory entries that a user owns
   */
  public record Quotas(int entriesPerBox, int boxesPerUser, int entriesPerUser, long bytesPerUser) {
    /** Generous, never unlimited: holes count, and programs try how large a file may be. */
    public static final Quotas DEFAULT = new Quotas(262_144, 4_096, 524_288, 1L << 50);
  }

  /** Whose an entry is after a live update. */
  public enum RestorePermissions {
    EXACT,
    ROOT_ONLY,
    FIRST_CLAIMER
  }

  /** What holds when no policy file is given. */
  public static final PolicySettings DEFAULT =
      new PolicySettings(
          Modes.ENFORCED,
          Map.of(),
          List.of(),
          List.of(),
          Quotas.DEFAULT,
          RestorePermissions.EXACT,
          "version: 1\n");
}
