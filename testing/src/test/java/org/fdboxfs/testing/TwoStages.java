package org.fdboxfs.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.fdboxfs.compare.ComparisonException;
import org.fdboxfs.compare.NotHereException;
import org.fdboxfs.compare.Stage;
import org.fdboxfs.policy.PolicySettings;
import org.fdboxfs.policy.config.PolicyFormatException;
import org.fdboxfs.policy.config.PolicyParser;
import org.fdboxfs.policy.experiment.Outcome;
import org.fdboxfs.policy.experiment.Scenario;
import org.fdboxfs.policy.experiment.Simulation;
import org.fdboxfs.policy.experiment.Step;
import org.fdboxfs.policy.experiment.StepText;
import org.fdboxfs.policy.experiment.Verb;
import org.jspecify.annotations.Nullable;

/**
 * Plays scenarios twice, in the simulator and by real processes on a real mount. One mount is used
 * again as long as the policy stays. Closing unmounts.
 */
final class TwoStages implements AutoCloseable {
  private static final Set<Verb> SHOWING =
      Set.of(Verb.LIST, Verb.STAT, Verb.TAKE, Verb.OBTAIN, Verb.GET);

  private final Path work;
  private final Stage real;

  private TwoStages(Path work, Stage real) {
    this.work = work;
    this.real = real;
  }

  static TwoStages open() throws IOException, ComparisonException {
    Path work = Files.createTempDirectory("fdboxfs-stage");
    Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxr-xr-x"));
    return new TwoStages(work, Stage.in(Command.launcher(), work));
  }

  /**
   * The steps that end otherwise in the simulator than on the mount.
   *
   * @param policy null for the default
   */
  List<String> differences(Scenario scenario, @Nullable Path policy)
      throws IOException, ComparisonException, NotHereException, PolicyFormatException {
    PolicySettings settings =
        policy == null ? PolicySettings.DEFAULT : PolicyParser.parse(Files.readString(policy));
    Simulation simulation = new Simulation(scenario, settings);
    List<String> differences = new ArrayList<>();
    for (Stage.Played played : real.play(scenario, policy)) {
      Step step = played.step();
      Outcome simulated = simulation.run(step);
      if (!isSame(step, simulated, played.outcome())) {
        differences.add(
            "%s (%s, %s): simulated %s, real %s"
                .formatted(
                    step.id(),
                    step.actor(),
                    StepText.of(step),
                    text(simulated),
                    text(played.outcome())));
      }
    }
    return differences;
  }

  /** What is listed, what stat shows and the names of what is taken are compared too. */
  private static boolean isSame(Step step, Outcome simulated, Outcome real) {
    if (Simulation.isOfStream(step, real.verdict())) {
      return simulated.verdict().isOk();
    }
    boolean shown = SHOWING.contains(step.verb());
    return simulated.verdict().equals(real.verdict())
        && (!shown || simulated.text().strip().equals(real.text().strip()));
  }

  private static String text(Outcome outcome) {
    return outcome.text().isEmpty()
        ? outcome.verdict().label()
        : outcome.verdict() + " '" + outcome.text() + "'";
  }

  @Override
  public void close() throws IOException, ComparisonException {
    real.close();
    Files.deleteIfExists(work.resolve("actor"));
    Files.delete(work);
  }
}
