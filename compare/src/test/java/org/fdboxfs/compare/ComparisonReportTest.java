package org.fdboxfs.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.fdboxfs.policy.config.PolicyFormatException;
import org.fdboxfs.policy.config.ScenarioReader;
import org.fdboxfs.policy.experiment.FrontEnd;
import org.fdboxfs.policy.experiment.Outcome;
import org.fdboxfs.policy.experiment.Scenario;
import org.fdboxfs.policy.experiment.Step;
import org.fdboxfs.policy.experiment.Verdict;
import org.fdboxfs.report.MarkdownRenderer;
import org.junit.jupiter.api.Test;

class ComparisonReportTest {
  private static final Set<FrontEnd> BOTH = EnumSet.allOf(FrontEnd.class);

  private static ScenarioFile scenario(String name, String more) {
    try {
      Scenario scenario =
          ScenarioReader.read(
              """
              version: 1
              title: t
              actors: { a: { uid: 0 } }
              steps: [ { id: seal, actor: a, do: seal, path: vm1, expect: ok } ]
              says: { filesystem: It works., chardev: It works as well. }
              """
                  + more);
      return new ScenarioFile(Path.of(name + ".yaml"), scenario, null);
    } catch (PolicyFormatException e) {
      throw new AssertionError(e);
    }
  }

  private static Findings found(FrontEnd frontEnd, ScenarioFile file, List<String> failures) {
    Step step = file.scenario().steps().get(0);
    List<String> calls =
        frontEnd == FrontEnd.FILESYSTEM
            ? List.of("setxattr")
            : List.of("openat", "newfstatat", "ioctl", "close");
    Found found =
        new Found(
            step, Outcome.of(Verdict.OK), true, calls, Latency.of(List.of(1500L, 2500L)), null);
    return new Findings(frontEnd, "", List.of(found), failures, "none", "total 0");
  }

  private static Compared shown(String name, String more) {
    ScenarioFile file = scenario(name, more);
    Map<FrontEnd, Findings> findings = new EnumMap<>(FrontEnd.class);
    BOTH.forEach(each -> findings.put(each, found(each, file, List.of())));
    return new Compared(file, findings);
  }

  private static Compared notRun(String name, String more) {
    Map<FrontEnd, Findings> findings = new EnumMap<>(FrontEnd.class);
    BOTH.forEach(each -> findings.put(each, Findings.notRun(each, "a pony: none here")));
    return new Compared(scenario(name, more), findings);
  }

  private static String report(Compared... all) {
    return new MarkdownRenderer()
        .render(new ComparisonReport(List.of(all), BOTH, 20, "made of glass").write("9.9"));
  }

  @Test
  void whereTheBetterAnswerIsIsSeenAtAGlance() {
    String report =
        report(
            shown("one", "questions: [4, 5]\nbetter: filesystem\n"),
            shown("two", "questions: [4]\nbetter: chardev\n"),
            shown("three", "questions: [4]\n"));

    assertThat(report)
        .contains(
            "| 4. What happens when one path is opened several times? | \u2713 one | \u2713 two | three |",
            "| 5. What becomes of VFIO's single-open rules? | \u2713 one |  |  |",
            "better answer in 1 of the scenarios, the chardev in 1, neither in 1.",
            "The better answer is that of the chardev.",
            "The chardev's nodes were made of glass.");
  }

  @Test
  void whatWasNotShownIsNoAnswerToBeCounted() {
    ScenarioFile file = scenario("three", "questions: [6]\nbetter: filesystem\n");
    Map<FrontEnd, Findings> wrong = new EnumMap<>(FrontEnd.class);
    wrong.put(FrontEnd.FILESYSTEM, found(FrontEnd.FILESYSTEM, file, List.of("line 4: EBUSY")));
    wrong.put(FrontEnd.CHARDEV, found(FrontEnd.CHARDEV, file, List.of()));

    String report =
        report(
            notRun("one", "questions: [4]\nbetter: filesystem\n"),
            notRun("two", "questions: [5]\nbetter: chardev\n"),
            new Compared(file, wrong));

    assertThat(report)
        .contains(
            "\u2260 Not run: one, two. This machine lacks a pony: none here.",
            "\u2717 three: line 4: EBUSY",
            "better answer in 0 of the scenarios, the chardev in 0, neither in 0.",
            "\u2260 **Filesystem (one):** not run here. It would have to show: It works.",
            "\u2717 **Filesystem (three):** this was not what came: It works.",
            "**Chardev (three):** It works as well.")
        .doesNotContain("| 4. ", "| 6. ");
  }

  @Test
  void questionsWithoutAScenarioAndScenariosWithoutAQuestionAreTold() {
    String report = report(shown("mine", ""), shown("other", "questions: [1, 2]\n"));

    assertThat(report)
        .contains("### Beyond these questions\n\n**Filesystem (mine):** It works.")
        .contains("No scenario of this run is about question 3, 4, 5, 6,")
        .contains("\u2260 **Not all of it:** what the next kernel finds")
        .contains("The step that matters is seal; about question 1, 2.");
  }

  @Test
  void theDeviceIsNotBlamedForItsServerInUserSpace() {
    assertThat(report(shown("one", "questions: [4]\n")))
        .contains(
            "| one | filesystem | ok | 1 | 2.0 | none | - |",
            "| one | chardev | ok | 4 (3) | 2.0 | none | - |",
            "| one | chardev | 4 |\n| one | chardev in a kernel | 3 |");
  }
}
