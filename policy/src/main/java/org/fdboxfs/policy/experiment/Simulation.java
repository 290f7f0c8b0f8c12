package org.fdboxfs.policy.experiment;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FsException;
import org.fdboxfs.model.Names;
import org.fdboxfs.policy.Guard;
import org.fdboxfs.policy.Lease;
import org.fdboxfs.policy.PolicySettings;
import org.fdboxfs.policy.experiment.kernel.Credentials;
import org.fdboxfs.policy.experiment.kernel.Held;
import org.fdboxfs.policy.experiment.kernel.Machine;
import org.fdboxfs.policy.experiment.kernel.SimulatedProcess;
import org.fdboxfs.policy.rule.Limits;
import org.fdboxfs.registry.Directory;
import org.fdboxfs.registry.Entry;
import org.fdboxfs.registry.Node;
import org.fdboxfs.registry.Registry;
import org.jspecify.annotations.Nullable;

/**
 * Plays a scenario over the real guard and registry, with a kernel below that is made up: steps
 * come to the guard as the filesystem front end would lead them there. What a kernel checks of
 * modes before it asks the filesystem, the guard checks itself, for there is no kernel.
 *
 * <p>For one thread at a time.
 */
public final class Simulation {
  private static final Limits LIMITS = Limits.ofDescriptors(1 << 16);

  /** Ids of one actor: a scenario has fewer steps. */
  private static final int PIDS = 10_000;

  private static final String CONTROL = "/" + Names.CONTROL;

  private final Scenario scenario;
  private PolicySettings settings;
  private final Machine machine = new Machine();
  private final Map<String, SimulatedProcess> processes = new HashMap<>();
  private final Map<String, Integer> started = new HashMap<>();
  private final Map<org.fdboxfs.model.Credentials, String> putters = new HashMap<>();
  private final List<MountHandle> unreleased = new ArrayList<>();
  private final List<Grant> grants = new ArrayList<>();
  private final List<Taking> takings = new ArrayList<>();
  private final PathCalls paths = new PathCalls(this);
  private final HandleCalls handles = new HandleCalls(this);
  private final Exchange exchange = new Exchange(this);
  private Registry registry;
  private Guard guard;
  private int generation;
  private String reason = "";

  /** A fresh mount on which nothing has happened yet, the setup of the scenario neither. */
  public Simulation(Scenario scenario, PolicySettings settings) {
    this.scenario = scenario;
    this.settings = settings;
    this.registry = new Registry(machine.clock(), 0, 0);
    this.guard = new Guard(registry, settings, LIMITS);
  }

  /**
   * Plays the setup of the scenario.
   *
   * @throws ScenarioFailedException a step of it was refused
   */
  void setUp() throws ScenarioFailedException {
    for (Step step : scenario.setup()) {
      Outcome outcome = run(step);
      if (isSimulated(step) && !outcome.verdict().isOk()) {
        throw new ScenarioFailedException(
            step.line(),
            "the setup fails: %s of %s is %s%s"
                .formatted(
                    StepText.of(step),
                    step.actor(),
                    outcome.verdict(),
                    reason.isEmpty() ? "" : " (" + reason + ")"));
      }
    }
  }

  /** Plays one step; every step of the past has been answered. */
  public Outcome run(Step step) {
    machine.clock().advance();
    reason = "";
    if (!isSimulated(step)) {
      return Outcome.of(Verdict.NOT_OFFERED);
    }
    if (entersMount(step)) {
      releaseAll();
    }
    try {
      return new Outcome(Verdict.OK, play(step, process(step.actor())));
    } catch (FsException e) {
      reason = String.valueOf(e.getMessage());
      return Outcome.of(Verdict.failed(e.errno()));
    }
  }

  /** What there is stays; what comes is decided by another policy. */
  public void judgeBy(PolicySettings other) {
    settings = other;
    guard.judgeBy(other);
  }

  /** Why the last step was refused; empty when it was not. */
  public String reason() {
    return reason;
  }

  /**
   * Whether a step is about what is simulated: not one for the character device only, and not one
   * with the files of the control directory, which tell of the daemon, which is not here.
   */
  public static boolean isSimulated(Step step) {
    return step.on().contains(FrontEnd.FILESYSTEM) && !isControl(step);
  }

  /**
   * Whether a step may really end so where the simulation says ok: what a stream holds, and whether
   * its other end is there, is not simulated.
   */
  public static boolean isOfStream(Step step, @Nullable Verdict real) {
    return (step.verb() == Verb.READ && Verdict.failed(Errno.EAGAIN).equals(real))
        || (step.verb() == Verb.WRITE && Verdict.failed(Errno.EPIPE).equals(real));
  }

  private static boolean isControl(Step step) {
    String path = step.arguments().path();
    String to = step.arguments().to();
    return (path != null && isControl(pathOf(path))) || (to != null && isControl(pathOf(to)));
  }

  private static boolean isControl(String path) {
    return path.equals(CONTROL) || path.startsWith(CONTROL + "/");
  }

  /**
   * Whether a step makes requests to the mount: those are read in the order in which they are made,
   * so that every RELEASE from before is read before them. A message over a connection that is
   * there already overtakes.
   */
  private static boolean entersMount(Step step) {
    return switch (step.verb()) {
      case DESCRIPTOR, CLOSE, EXIT, GET -> false;
      default -> true;
    };
  }

  private String play(Step step, SimulatedProcess by) throws FsException {
    return switch (step.verb()) {
      case DESCRIPTOR -> handles.make(step, by);
      case MKDIR -> paths.mkdir(step, by);
      case RMDIR -> paths.rmdir(step, by);
      case PUT -> paths.put(step, by);
      case CREATE -> paths.create(step, by);
      case OBTAIN -> exchange.obtain(step, by);
      case GET -> exchange.get(step, by);
      case OPEN -> paths.open(step, by);
      case TAKE -> exchange.take(step, by);
      case CLOSE -> close(step, by);
      case READ, WRITE, MAP, TRUNCATE -> handles.use(step, by);
      case REMOVE -> paths.remove(step, by);
      case RENAME -> paths.rename(step, by);
      case CHMOD -> paths.chmod(step, by);
      case CHOWN -> paths.chown(step, by);
      case MARK -> paths.mark(step, by);
      case SEAL -> paths.setState(step, "sealed", by);
      case UNSEAL -> paths.setState(step, "live", by);
      case LIST -> paths.list(step, by);
      case STAT -> paths.stat(step, by);
      case EXIT -> exit(step.actor());
      case RESTART -> restart();
    };
  }

  /** The process of an actor, a new one when the last has ended. */
  SimulatedProcess process(String actor) {
    return processes.computeIfAbsent(actor, this::start);
  }

  private SimulatedProcess start(String actor) {
    SimulatedProcess process =
        machine.start(nextPid(actor), actor, credentials(scenario.actor(actor)));
    putters.merge(process.onMount().credentials(), actor, this::earlier);
    return process;
  }

  private String earlier(String one, String other) {
    List<String> names = actors();
    return names.indexOf(one) <= names.indexOf(other) ? one : other;
  }

  /** The first of the actors that have had such credentials. */
  @Nullable String actorWith(org.fdboxfs.model.@Nullable Credentials credentials) {
    return putters.get(credentials);
  }

  /** In whatever order the actors begin, each has the same process ids, for rules may ask. */
  private int nextPid(String actor) {
    int before = started.merge(actor, 1, Integer::sum);
    return PIDS * (1 + actors().indexOf(actor)) + before;
  }

  private static Credentials credentials(Actor actor) {
    return new Credentials(
        actor.uid(),
        actor.gid(),
        actor.groups(),
        actor.capabilities().stream().map(Enum::name).collect(Collectors.toUnmodifiableSet()),
        actor.cgroup(),
        actor.executable());
  }

  private String close(Step step, SimulatedProcess by) throws FsException {
    Held held = by.drop(step.handle());
    if (held == null) {
      throw new FsException(Errno.EBADF, "nothing is open under that name");
    }
    closed(held);
    return "";
  }

  /** The last descriptor of an open file is gone: the kernel queues RELEASE. */
  void closed(Held held) {
    MountHandle handle = MountHandle.of(held);
    if (handle != null) {
      unreleased.add(handle);
    }
  }

  /** The process of an actor is killed; harmless when it has none. */
  String exit(String actor) {
    SimulatedProcess process = processes.remove(actor);
    if (process != null) {
      machine.end(process);
      process.table().values().forEach(this::closed);
    }
    return "";
  }

  /** Handles that were closed and of which the filesystem has not read the RELEASE. */
  List<MountHandle> unreleased() {
    return unreleased;
  }

  /** Inode numbers of the entries that count as open by handles that were closed. */
  Set<Long> closing() {
    Set<Long> inodes = new HashSet<>();
    unreleased.forEach(handle -> handle.leases().forEach(lease -> inodes.add(lease.inode())));
    return inodes;
  }

  /** Reads one RELEASE that waits: they come in the order of the closes. */
  void releaseNext() {
    MountHandle handle = unreleased.remove(0);
    if (handle.generation() == generation) {
      handle.leases().forEach(guard.claims()::release);
    }
  }

  /** Reads every RELEASE that waits. */
  void releaseAll() {
    while (!unreleased.isEmpty()) {
      releaseNext();
    }
  }

  /** Reads every RELEASE and looks at everybody who took something. */
  void settle() {
    releaseAll();
    guard.claims().settleAll();
  }

  /** Nothing keeps what the daemon had: what is mounted next is empty. */
  private String restart() {
    registry = new Registry(machine.clock(), 0, 0);
    guard = new Guard(registry, settings, LIMITS);
    generation++;
    grants.clear();
    takings.clear();
    return "";
  }

  Guard guard() {
    return guard;
  }

  /** For looking only: changes are the guard's. */
  Registry registry() {
    return registry;
  }

  /** The node at a path of the scenario, for looking only; null when there is none. */
  @Nullable Node at(String path) {
    Node node = registry.root();
    for (String name : path.equals(".") ? new String[0] : path.split("/", -1)) {
      node = node instanceof Directory directory ? directory.child(name) : null;
    }
    return node;
  }

  PolicySettings settings() {
    return settings;
  }

  Machine machine() {
    return machine;
  }

  /** The living process of an actor; null when it has none. */
  @Nullable SimulatedProcess living(String actor) {
    return processes.get(actor);
  }

  /** Names, in the order of the scenario. */
  List<String> actors() {
    return scenario.actors().stream().map(Actor::name).toList();
  }

  int generation() {
    return generation;
  }

  /** Notes what is so at the moment an entry was opened; for all that was put, or for less. */
  Grant granted(Lease lease, @Nullable Access asked) {
    Entry entry = (Entry) Objects.requireNonNull(registry.byInode(lease.inode()));
    Grant grant =
        new Grant(
            grants.size(),
            lease.inode(),
            entry.path().substring(1),
            asked == null ? entry.access() : asked,
            entry.access(),
            entry.mode(),
            entry.uid(),
            entry.gid());
    grants.add(grant);
    return grant;
  }

  /** The opens that were let in, in their order. */
  List<Grant> grants() {
    return grants;
  }

  /** A descriptor went to somebody. */
  void taken(Taking taking) {
    takings.add(taking);
  }

  /** The takes of which the taker still has the file. */
  List<Taking> takings() {
    takings.removeIf(taking -> !machine.isOpenIn(taking.process(), taking.file()));
    return takings;
  }

  /** The path from the root of the mount. */
  static String pathOf(String path) {
    return path.equals(".") ? "/" : "/" + path;
  }
}
