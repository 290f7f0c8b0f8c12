package org.fdboxfs.policy.experiment.trace;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.policy.Event;
import org.fdboxfs.policy.Namespace;
import org.fdboxfs.policy.Policy;
import org.fdboxfs.policy.PolicySettings;
import org.fdboxfs.policy.PolicySettings.Quotas;
import org.fdboxfs.policy.experiment.Heap;
import org.fdboxfs.policy.rule.Condition;
import org.fdboxfs.policy.rule.Deny;
import org.fdboxfs.policy.rule.Limits;
import org.fdboxfs.policy.rule.Operation;
import org.fdboxfs.policy.rule.Request;
import org.fdboxfs.policy.rule.Request.Candidate;
import org.fdboxfs.registry.Box;
import org.fdboxfs.registry.Directory;
import org.fdboxfs.registry.Node;
import org.jspecify.annotations.Nullable;

/**
 * Asks policies what they would have decided, event by event. Later events are judged in the world
 * as it was recorded, also where a policy would have had it otherwise.
 */
public final class Replay {
  private static final Limits LIMITS = Limits.ofDescriptors(Integer.MAX_VALUE);

  /** Refusals of what the policy has no say in: the descriptor, the name, the form of a message. */
  private static final Set<String> NOT_OF_A_POLICY =
      Set.of("descriptor", "descriptors", "path", "put", "notify", "policy");

  private static final Set<String> NOT_DECIDED = Set.of("release", "hangup", "policy");

  /** Events between looks at the heap. */
  private static final int BETWEEN_LOOKS = 4096;

  private final World world = new World();
  private final List<Policy> policies;
  private final BooleanSupplier full;
  private long last;
  private int sinceLook;

  public Replay(List<PolicySettings> models) {
    this(models, Heap::isFull);
  }

  /**
   * @param full whether there is no room for more of the world
   */
  Replay(List<PolicySettings> models, BooleanSupplier full) {
    this.policies = models.stream().map(model -> new Policy(model, LIMITS)).toList();
    this.full = full;
  }

  /**
   * Goes on by one event.
   *
   * @return what each of the policies says; empty when there was nothing to decide
   */
  public List<Answer> next(Event event) {
    if (event.sequence() != last + 1) {
      world.forget(gap(event));
    }
    last = event.sequence();
    if (++sinceLook == BETWEEN_LOOKS) {
      sinceLook = 0;
      makeRoom(event);
    }
    List<Answer> answers = new ArrayList<>();
    if (!NOT_DECIDED.contains(event.type())) {
      policies.forEach(policy -> answers.add(answer(policy, event)));
    }
    world.apply(event);
    return answers;
  }

  /** What does not fit is not known any more, as what was before a trace is not. */
  @SuppressWarnings("DoNotCall") // nothing else tells how much was gained
  private void makeRoom(Event event) {
    if (full.getAsBoolean()) {
      world.forget("there was no memory for what happened before event " + event.sequence());
      System.gc();
    }
  }

  private String gap(Event event) {
    return last == 0 || event.sequence() <= last
        ? "the trace begins with event " + event.sequence()
        : "events between " + last + " and " + event.sequence() + " are missing";
  }

  private Answer answer(Policy policy, Event event) {
    Deny recorded = event.deny();
    if (recorded != null && NOT_OF_A_POLICY.contains(recorded.rule())) {
      return Answer.of(recorded);
    }
    boolean refusedByModes = recorded != null && recorded.rule().equals("posix");
    if (refusedByModes && policy.modesEnforced()) {
      return Answer.of(recorded);
    }
    String doubt = doubt(policy, event);
    if (doubt != null) {
      return Answer.unknown(doubt);
    }
    TraceProcesses asker = new TraceProcesses(event);
    Optional<List<Request>> requests = requests(event, asker.caller());
    if (requests.isEmpty()) {
      return Answer.unknown(event.path() + ", which the trace does not know");
    }
    for (Request request : requests.get()) {
      Deny deny = policy.check(request);
      if (asker.missing() != null) {
        return Answer.unknown(asker.missing());
      }
      if (deny != null) {
        return Answer.of(deny);
      }
    }
    return permitted(event);
  }

  /** Where a refusal falls, more may be needed to know that nothing else would refuse. */
  private Answer permitted(Event event) {
    Deny recorded = event.deny();
    if (recorded == null) {
      return Answer.PERMIT;
    }
    boolean isBoxOpen = world.find(event.path()) instanceof Box box && !box.isSealed();
    if (event.operation().equals("seal") && recorded.rule().equals("seal") && isBoxOpen) {
      return Answer.of(recorded); // somebody has an entry open, and that is no matter of policy
    }
    if (event.operation().equals("rename")) {
      return Answer.unknown("where it was to go, which a refused rename does not tell");
    }
    if (event.operation().equals("setattr") && recorded.rule().equals("quota")) {
      return Answer.unknown("by how much it was to grow, which a refusal does not tell");
    }
    return Answer.PERMIT;
  }

  private @Nullable String doubt(Policy policy, Event event) {
    if (event.type().equals("mkdir") && parentIsRoot(event.path())) {
      return quotaDoubt(policy, event);
    }
    String doubt = world.doubtAbout(event.path());
    if (doubt == null && event.type().equals("rename")) {
      doubt = world.doubtAbout(event.detail());
    }
    if (doubt != null) {
      return doubt;
    }
    boolean conditions =
        policy.settings().rules().stream().anyMatch(rule -> rule.when() != Condition.ALWAYS);
    if (conditions && event.asker().gid() == null) {
      return "the group of who asked, which the trace does not tell";
    }
    return quotaDoubt(policy, event);
  }

  private @Nullable String quotaDoubt(Policy policy, Event event) {
    boolean adds = Set.of("put", "mkdir", "setattr", "rename").contains(event.operation());
    Quotas quotas = policy.settings().quotas();
    return adds && world.isPartial() && !quotas.equals(Quotas.DEFAULT)
        ? "what its user had before, which the trace does not tell"
        : null;
  }

  private static boolean parentIsRoot(String path) {
    return path.lastIndexOf('/') == 0;
  }

  /** What was asked of the policy; empty when the trace is no help. */
  private Optional<List<Request>> requests(Event event, Caller caller) {
    Operation operation =
        event.type().equals("move")
            ? Operation.TAKE
            : Operation.byLabel(event.operation()).orElse(null);
    Directory parent = world.parentOf(event.path());
    if (operation == null || parent == null) {
      return Optional.empty();
    }
    Node node = world.find(event.path());
    boolean adds = operation == Operation.PUT || operation == Operation.MKDIR;
    if (adds || (node == null && operation == Operation.RENAME)) {
      String name = World.nameOf(event.path());
      return Optional.of(
          List.of(
              Request.adding(world.registry(), operation, caller, parent, name, candidate(event))));
    }
    if (node == null) {
      return Optional.empty();
    }
    Access access = event.subject().access();
    Request request =
        Request.about(
            world.registry(), operation, caller, node, access == null ? Access.READ_WRITE : access);
    if (event.type().equals("move")) {
      Request removal =
          Request.about(world.registry(), Operation.REMOVE, caller, node, Access.READ_WRITE);
      return Optional.of(List.of(request, removal));
    }
    if (event.type().equals("rename")) {
      return renames(event, node, caller);
    }
    return Optional.of(List.of(event.subject().ofSet() ? request.ofSet() : request));
  }

  private Optional<List<Request>> renames(Event event, Node node, Caller caller) {
    Directory into = world.parentOf(event.detail());
    if (into == null) {
      return Optional.empty();
    }
    String name = World.nameOf(event.detail());
    return Optional.of(Namespace.renameRequests(world.registry(), node, into, name, caller));
  }

  private static @Nullable Candidate candidate(Event event) {
    FdKind kind = event.subject().kind();
    Deny recorded = event.deny();
    boolean self = recorded != null && recorded.rule().equals("self");
    Long bytes = event.subject().bytes();
    return kind == null ? null : new Candidate(kind, self, bytes == null ? 0 : bytes);
  }
}
