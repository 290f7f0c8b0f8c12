package org.fdboxfs.policy.experiment;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.fdboxfs.model.Errno;
import org.fdboxfs.policy.rule.Link;
import org.fdboxfs.registry.Box;
import org.fdboxfs.registry.Entry;
import org.jspecify.annotations.Nullable;

/**
 * A refusal as busy has somebody behind it: who closed what it had, or died, keeps nobody out. Of a
 * policy that says {@code EBUSY} itself nothing can be told.
 */
final class BusyForAReason extends Promise {
  private static final Set<Verb> OPENING = EnumSet.of(Verb.OPEN, Verb.OBTAIN, Verb.GET);

  BusyForAReason() {
    super("busy", "who is refused as busy is kept out by a seal, or by somebody who has it");
  }

  @Override
  @Nullable String broken(Happened happened) {
    Step step = happened.step();
    Simulation simulation = happened.simulation();
    boolean busy =
        step != null
            && OPENING.contains(step.verb())
            && happened.outcome().verdict().equals(Verdict.failed(Errno.EBUSY))
            && simulation.settings().rules().stream()
                .noneMatch(rule -> Errno.EBUSY.equals(rule.deny()));
    if (step == null || !busy || !(simulation.at(step.path()) instanceof Entry entry)) {
      return null;
    }
    Box box = entry.box();
    return (box != null && box.isSealed()) || isHeld(entry, step, happened)
        ? null
        : step.actor() + " is kept from " + step.path() + ", which nobody has";
  }

  /** As long as a RELEASE was not read, what was closed counts; only a get comes before it. */
  private static boolean isHeld(Entry entry, Step step, Happened happened) {
    Terms terms = new Terms(happened.simulation());
    Link link = terms.link(entry);
    List<Entry> counted =
        link == null || entry.parent() == null ? List.of(entry) : Terms.members(entry.parent());
    return counted.stream()
        .anyMatch(
            each ->
                (step.verb() == Verb.GET && happened.closingBefore().contains(each.inode()))
                    || !terms.holdings(each, true).isEmpty());
  }
}
