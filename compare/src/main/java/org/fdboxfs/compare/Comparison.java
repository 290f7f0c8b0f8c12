package org.fdboxfs.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.fdboxfs.policy.experiment.FrontEnd;
import org.fdboxfs.report.Report;

/** Plays scenarios on front ends. Needs root, since the actors are other users. */
public final class Comparison {
  private final Path launcher;
  private final Path share;
  private final Set<FrontEnd> frontEnds;
  private final int runs;
  private final Consumer<String> progress;
  private final List<Compared> all = new ArrayList<>();
  private String nodes = "";

  /**
   * Prepares one.
   *
   * @param home of the installation: {@code bin} and {@code share} are in it
   * @param runs how many times each step is measured
   * @param progress is told what is done next
   */
  public Comparison(Path home, Set<FrontEnd> frontEnds, int runs, Consumer<String> progress) {
    this.launcher = home.resolve("bin/fdboxfs");
    this.share = home.resolve("share");
    this.frontEnds = Set.copyOf(frontEnds);
    this.runs = runs;
    this.progress = progress;
  }

  /**
   * Plays them all.
   *
   * @throws ComparisonException nothing can be played here
   */
  public void run(List<ScenarioFile> files) throws IOException, ComparisonException {
    Path work = Files.createTempDirectory("fdboxfs-compare");
    // The actors execute the program in it, as other users.
    Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxr-xr-x"));
    Stores stores = new Stores(launcher, work);
    Thread abandon = new Thread(() -> abandon(stores, work), "abandon");
    Runtime.getRuntime().addShutdownHook(abandon);
    try (stores) {
      progress.accept("compiling the actors");
      Path program = ActorProgram.compile(share, work);
      for (ScenarioFile file : files) {
        all.add(compare(file, program, stores));
      }
    } finally {
      remove(work);
      forget(abandon);
    }
  }

  private static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // It is running already.
    }
  }

  private Compared compare(ScenarioFile file, Path program, Stores stores) {
    Map<FrontEnd, Findings> findings = new EnumMap<>(FrontEnd.class);
    for (FrontEnd frontEnd : FrontEnd.values()) {
      if (frontEnds.contains(frontEnd)) {
        progress.accept(file.name() + " on the " + frontEnd.label());
        findings.put(frontEnd, play(file, frontEnd, program, stores));
      }
    }
    return new Compared(file, findings);
  }

  private Findings play(ScenarioFile file, FrontEnd frontEnd, Path program, Stores stores) {
    try {
      Store store = stores.empty(frontEnd, file.policy());
      if (frontEnd == FrontEnd.CHARDEV) {
        nodes = store.nodes();
      }
      return new Experiment(file.scenario(), frontEnd, program, store, runs).run();
    } catch (ComparisonException | IOException e) {
      stores.discard(frontEnd);
      return Findings.failed(frontEnd, "on the " + frontEnd.label() + ": " + e.getMessage());
    }
  }

  private static void abandon(Stores stores, Path work) {
    stores.abandon();
    try {
      remove(work);
    } catch (IOException e) {
      // Nobody is left to tell.
    }
  }

  private static void remove(Path tree) throws IOException {
    if (!Files.exists(tree)) {
      return;
    }
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  /** What did not come as a scenario says: the name of the scenario, and what. */
  public List<String> failures() {
    return all.stream()
        .flatMap(each -> each.failures().stream().map(what -> each.file().name() + ": " + what))
        .toList();
  }

  /** What was found out. */
  public Report report(String version) {
    return new ComparisonReport(all, frontEnds, runs, nodes).write(version);
  }
}
