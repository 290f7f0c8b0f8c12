package org.fdboxfs.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.fake.Refusals.errnoOf;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.fdboxfs.fake.FakeClock;
import org.fdboxfs.fake.FakeDescriptor;
import org.fdboxfs.fake.FakeProcesses;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.DescriptorSource.Offer;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FsException;
import org.fdboxfs.policy.ExtendedAttributes.SetMode;
import org.fdboxfs.policy.config.PolicyFormatException;
import org.fdboxfs.policy.config.PolicyParser;
import org.fdboxfs.policy.rule.Deny;
import org.fdboxfs.policy.rule.Limits;
import org.fdboxfs.registry.Registry;

/** A guard over a namespace with the box {@code /box} of alice, and who uses it. */
public final class Rig {
  public static final int DESCRIPTORS = 100;
  public static final String BOX = "/box";

  public final FakeClock clock = new FakeClock();
  public final FakeProcesses processes = new FakeProcesses();
  public final Registry registry = new Registry(clock, 0, 0);
  public final Guard guard;
  public final Caller root = processes.caller(0, 0, 1);
  public final Caller alice = processes.caller(1000, 1000, 100);
  public final Caller bob = processes.caller(2000, 2000, 200);

  private final List<FakeDescriptor> made = Collections.synchronizedList(new ArrayList<>());

  public Rig(PolicySettings settings) throws FsException {
    this(settings, DESCRIPTORS);
  }

  public Rig(PolicySettings settings, int descriptors) throws FsException {
    guard = new Guard(registry, settings, Limits.ofDescriptors(descriptors));
    mkdir(BOX, 0755, alice);
  }

  public Rig() throws FsException {
    this(PolicySettings.DEFAULT);
  }

  /** A guard whose policy file says this, after the line with the version. */
  public static Rig withPolicy(String yaml) throws FsException {
    return new Rig(settings(yaml));
  }

  public static PolicySettings settings(String yaml) {
    try {
      return PolicyParser.parse("version: 1\n" + yaml);
    } catch (PolicyFormatException e) {
      throw new AssertionError(e);
    }
  }

  /** Another process of the same user. */
  public Caller process(Caller user, int pid) {
    return processes.caller(user.uid(), user.gid(), pid);
  }

  /** A descriptor on its way in, watched for leaks. */
  public Offer offer(FakeDescriptor descriptor) {
    made.add(descriptor);
    return new Offer(descriptor, false);
  }

  public Offer offer(FdKind kind) {
    return offer(new FakeDescriptor(kind));
  }

  public FakeDescriptor put(String path, FdKind kind, Caller caller) throws FsException {
    return put(path, new FakeDescriptor(kind), caller);
  }

  public FakeDescriptor put(String path, FakeDescriptor descriptor, Caller caller)
      throws FsException {
    guard.puts().put(path, 0600, caller, offer(descriptor));
    return descriptor;
  }

  public void mkdir(String path, int mode, Caller caller) throws FsException {
    guard.namespace().mkdir(path, mode, caller);
  }

  public Lease open(String path, Caller caller) throws FsException {
    return guard.claims().open(path, Access.READ_WRITE, caller);
  }

  public void release(Lease lease) {
    guard.claims().release(lease);
  }

  public void mark(String path, String key, String value, Caller caller) throws FsException {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    guard.attributes().set(path, key, bytes, SetMode.ANY, caller);
  }

  public void seal(String box, Caller caller) throws FsException {
    mark(box, "user.fdbox.state", "sealed", caller);
  }

  public void unseal(String box, Caller caller) throws FsException {
    mark(box, "user.fdbox.state", "live", caller);
  }

  public void setPolicy(String yaml) {
    try {
      guard.setPolicy(settings(yaml), root);
    } catch (FsException e) {
      throw new AssertionError(e);
    }
  }

  /** What {@code .fdbox/denials} tells a caller whose step was just refused. */
  public Deny denial(Caller caller, ThrowingCallable step) {
    Errno errno = errnoOf(step);
    List<Event> denials = guard.journal().denials(caller.uid());
    assertThat(denials).as("refusals of %s", caller).isNotEmpty();
    Deny deny = denials.get(denials.size() - 1).deny();
    if (deny == null) {
      throw new AssertionError("a refusal without a rule");
    }
    assertThat(deny.errno()).isEqualTo(errno);
    return deny;
  }

  /** That a step is refused by this rule, with this errno. */
  public void assertDenied(Caller caller, String rule, Errno errno, ThrowingCallable step) {
    Deny deny = denial(caller, step);
    assertThat(deny.rule()).isEqualTo(rule);
    assertThat(deny.errno()).isEqualTo(errno);
    assertThat(deny.reason()).isNotBlank().doesNotEndWith(".");
  }

  /** That every descriptor ever offered is held by its entry and its claims only. */
  public void assertNothingHeld() {
    assertThat(registry.claims()).isZero();
    for (FakeDescriptor descriptor : made) {
      assertThat(descriptor.users()).as("users of a %s", descriptor.kind()).isBetween(0, 1);
    }
    long kept = made.stream().filter(each -> each.users() == 1).count();
    assertThat(kept).as("descriptors that entries hold").isEqualTo(registry.entries());
  }
}
