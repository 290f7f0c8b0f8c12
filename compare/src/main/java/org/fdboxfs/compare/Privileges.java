package org.fdboxfs.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.fdboxfs.policy.experiment.Capability;
import org.fdboxfs.policy.experiment.FrontEnd;
import org.fdboxfs.policy.experiment.Scenario;
import org.fdboxfs.policy.experiment.Step;

/**
 * Finds the least privilege with which the step that matters works, by trying: its actor, and all
 * who are the same user, are played by a user without any, then by root with fewer and fewer
 * capabilities.
 */
final class Privileges {
  /** What there is to say where the step works for nobody, or nobody asked for it to work. */
  private static final String NOTHING = "";

  private final Scenario scenario;
  private final FrontEnd frontEnd;
  private final Path program;
  private final Store store;
  private final List<Step> all;

  Privileges(Scenario scenario, FrontEnd frontEnd, Path program, Store store) {
    this.scenario = scenario;
    this.frontEnd = frontEnd;
    this.program = program;
    this.store = store;
    this.all = scenario.steps();
  }

  /** In words; empty when the step does not succeed as the scenario has it. */
  String find() throws IOException, ComparisonException {
    for (Step step : all) {
      if (step.id().equals(scenario.measure()) && step.on().contains(frontEnd)) {
        return find(step);
      }
    }
    return NOTHING;
  }

  private String find(Step step) throws IOException, ComparisonException {
    Identity own = Identity.of(scenario.actor(step.actor()));
    if (!works(step, own)) {
      return NOTHING;
    }
    if (!own.isPrivileged() || works(step, own.unprivileged())) {
      return "none";
    }
    Set<Capability> least = least(step, own);
    String who = own.uid() == 0 ? "uid 0" : "";
    String with = least.stream().sorted().map(Enum::name).collect(Collectors.joining(", "));
    return who + (who.isEmpty() || with.isEmpty() ? "" : " and ") + with;
  }

  /** Leaves out as many capabilities at a time as it can, fewer when that is too many. */
  private Set<Capability> least(Step step, Identity own) throws IOException, ComparisonException {
    List<Capability> left = new ArrayList<>(own.capabilities());
    left.sort(null);
    int share = left.size();
    int from = 0;
    while (share > 0) {
      int end = Math.min(left.size(), from + share);
      List<Capability> fewer = new ArrayList<>(left.subList(0, from));
      fewer.addAll(left.subList(end, left.size()));
      if (from < end && works(step, own.with(setOf(fewer)))) {
        left = fewer;
      } else {
        from = end;
      }
      if (from >= left.size()) {
        from = 0;
        share /= 2;
      }
    }
    return setOf(left);
  }

  private static Set<Capability> setOf(List<Capability> list) {
    return list.isEmpty() ? Set.of() : EnumSet.copyOf(list);
  }

  private boolean works(Step step, Identity identity) throws IOException, ComparisonException {
    try (Play play =
        new Play(scenario, frontEnd, program, store, false).with(step.actor(), identity)) {
      if (play.setUp().isPresent()) {
        return false;
      }
      return play.stepsUpTo(step).outcome().verdict().isOk();
    } catch (NotHereException e) {
      return false; // a device that only root opens
    } finally {
      store.clear();
    }
  }
}
