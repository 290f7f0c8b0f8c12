package org.fdboxfs.compare;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.fdboxfs.policy.experiment.FrontEnd;

/** A scenario and what was found out about it, by front end. */
record Compared(ScenarioFile file, Map<FrontEnd, Findings> findings) {
  Compared {
    findings = new EnumMap<>(findings);
  }

  /** Whether it was played on all, and came as it says. */
  boolean isShown() {
    return failures().isEmpty() && findings.values().stream().allMatch(Findings::wasRun);
  }

  List<String> failures() {
    return findings.values().stream().flatMap(each -> each.failures().stream()).toList();
  }
}
