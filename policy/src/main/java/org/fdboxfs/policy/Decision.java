package org.fdboxfs.policy;

import java.util.List;
import org.fdboxfs.policy.rule.Deny;
import org.jspecify.annotations.Nullable;

/**
 * What would be decided about one request, with what every rule has to say.
 *
 * @param deny the refusal that stands; null when permitted
 * @param verdicts of all rules, in the order they are asked
 */
public record Decision(@Nullable Deny deny, List<Verdict> verdicts) {
  /**
   * What one rule says.
   *
   * @param deny null when it has nothing against the request
   * @param allows whether it allows, so that no later rule of the file was asked
   */
  public record Verdict(String rule, @Nullable Deny deny, boolean allows) {
    public Verdict(String rule, @Nullable Deny deny) {
      this(rule, deny, false);
    }
  }

  public Decision {
    verdicts = List.copyOf(verdicts);
  }

  public boolean permitted() {
    return deny == null;
  }
}
