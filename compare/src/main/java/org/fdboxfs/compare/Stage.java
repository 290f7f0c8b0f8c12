package org.fdboxfs.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.fdboxfs.policy.experiment.FrontEnd;
import org.fdboxfs.policy.experiment.Outcome;
import org.fdboxfs.policy.experiment.Scenario;
import org.fdboxfs.policy.experiment.Step;
import org.jspecify.annotations.Nullable;

/**
 * Plays scenarios with real processes on real mounts, step by step: what simulations are held
 * against. For root. Closing unmounts.
 */
public final class Stage implements AutoCloseable {
  private final Stores stores;
  private final Path program;

  private Stage(Stores stores, Path program) {
    this.stores = stores;
    this.program = program;
  }

  /** What came of a step. */
  public record Played(Step step, Outcome outcome) {}

  /**
   * Prepares it.
   *
   * @param launcher of an installed tree
   * @param work an existing directory that every user may enter
   * @throws ComparisonException the program of the actors cannot be compiled
   */
  public static Stage in(Path launcher, Path work) throws IOException, ComparisonException {
    Path share = launcher.resolveSibling("../share").normalize();
    return new Stage(new Stores(launcher, work), ActorProgram.compile(share, work));
  }

  /**
   * Plays a scenario: the setup and the steps that make sense on a filesystem.
   *
   * @param policy null for the default
   * @throws ComparisonException it cannot be mounted
   * @throws NotHereException this machine lacks what a step needs
   */
  public List<Played> play(Scenario scenario, @Nullable Path policy)
      throws IOException, ComparisonException, NotHereException {
    FrontEnd frontEnd = FrontEnd.FILESYSTEM;
    Store store = stores.empty(frontEnd, policy);
    try (Play play = new Play(scenario, frontEnd, program, store, false)) {
      return play.all().stream().map(done -> new Played(done.step(), done.outcome())).toList();
    }
  }

  @Override
  public void close() throws IOException, ComparisonException {
    stores.close();
  }
}
