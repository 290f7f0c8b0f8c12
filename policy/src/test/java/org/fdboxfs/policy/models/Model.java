package org.fdboxfs.policy.models;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.fdboxfs.fake.FakeClock;
import org.fdboxfs.fake.FakeDescriptor;
import org.fdboxfs.fake.FakeProcesses;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Capabilities;
import org.fdboxfs.model.DescriptorSource.Offer;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FsException;
import org.fdboxfs.policy.AttributeChange;
import org.fdboxfs.policy.ExtendedAttributes.SetMode;
import org.fdboxfs.policy.Guard;
import org.fdboxfs.policy.Lease;
import org.fdboxfs.policy.PolicySettings;
import org.fdboxfs.policy.Target;
import org.fdboxfs.policy.config.PolicyFormatException;
import org.fdboxfs.policy.config.PolicyParser;
import org.fdboxfs.policy.config.ShippedModels;
import org.fdboxfs.policy.rule.Limits;
import org.fdboxfs.policy.rule.Request.Part;
import org.fdboxfs.registry.Registry;

/**
 * A guard with a shipped model in force. Each step tells the errno by name, or {@link #OK}; whoever
 * may wait for mode bits has been let in by the kernel, so that it is the rules that speak.
 */
final class Model {
  static final String OK = "ok";

  private static final Path DIRECTORY = Path.of("../app/src/main/share/models");

  final FakeClock clock = new FakeClock();
  final Guard guard;
  private final Registry registry = new Registry(clock, 0, 0);
  private int processes = 100;

  Model(String name) {
    this(settings(name));
  }

  /** A model that was made of a shipped one. */
  Model(PolicySettings settings) {
    this.guard = new Guard(registry, settings, Limits.ofDescriptors(10_000));
  }

  static PolicySettings settings(String name) {
    return parsed(text(name));
  }

  static PolicySettings parsed(String text) {
    try {
      return PolicyParser.parse(text);
    } catch (PolicyFormatException e) {
      throw new AssertionError(e.getMessage(), e);
    }
  }

  static String text(String name) {
    try {
      Path file = new ShippedModels(DIRECTORY).resolve(name, DIRECTORY).orElseThrow();
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<String> names() {
    return new ShippedModels(DIRECTORY).names();
  }

  /** A process without capabilities. */
  Caller user(int uid, int gid) {
    return caller(uid, gid, Set.of(), "/user.slice");
  }

  /** A process with all capabilities. */
  Caller root() {
    return caller(0, 0, Set.copyOf(Capabilities.NAMES), "/user.slice");
  }

  Caller caller(int uid, int gid, Set<String> capabilities, String cgroup) {
    FakeProcesses table = new FakeProcesses();
    table.capabilities = capabilities;
    table.cgroup = cgroup;
    table.groups = Set.of(gid);
    return table.caller(uid, gid, processes++);
  }

  /** What a user does. */
  interface Step {
    void run() throws FsException;
  }

  static String outcome(Step step) {
    try {
      step.run();
      return OK;
    } catch (FsException e) {
      return e.errno().toString();
    }
  }

  String mkdir(Caller caller, String path) {
    return outcome(() -> guard.namespace().mkdir(path, 0755, caller));
  }

  String put(Caller caller, String path) {
    return put(caller, path, FdKind.MEMFD);
  }

  String put(Caller caller, String path, FdKind kind) {
    Offer offer = new Offer(new FakeDescriptor(kind), false);
    return outcome(() -> guard.puts().put(path, 0600, caller, offer));
  }

  /** open(2), and close(2). */
  String open(Caller caller, String path) {
    return outcome(
        () -> guard.claims().release(guard.claims().open(path, Access.READ_WRITE, caller)));
  }

  /** FDTAKE=1 with FDNAME=. */
  String take(Caller caller, String path) {
    return outcome(
        () -> {
          Lease lease =
              guard.claims().open(Target.at(path), Access.READ_WRITE, Part.OF_TAKE, caller);
          try {
            guard.takes().take(List.of(lease), caller, taken -> {});
          } finally {
            guard.claims().release(lease);
          }
        });
  }

  /** FDTAKE=move with FDNAME=. */
  String move(Caller caller, String path) {
    return outcome(
        () -> {
          Lease lease =
              guard.claims().open(Target.at(path), Access.READ_WRITE, Part.OF_MOVE, caller);
          try {
            guard.takes().move(List.of(lease), caller, taken -> {});
          } finally {
            guard.claims().release(lease);
          }
        });
  }

  String remove(Caller caller, String path) {
    return outcome(() -> guard.namespace().unlink(path, caller));
  }

  String rmdir(Caller caller, String path) {
    return outcome(() -> guard.namespace().rmdir(path, caller));
  }

  String rename(Caller caller, String from, String to) {
    return outcome(() -> guard.namespace().rename(from, to, false, caller));
  }

  String list(Caller caller, String path) {
    return outcome(() -> guard.namespace().openDirectory(path, caller));
  }

  String chmod(Caller caller, String path) {
    return setattr(caller, path, AttributeChange.mode(0777));
  }

  String truncate(Caller caller, String path) {
    return setattr(caller, path, AttributeChange.size(4096));
  }

  String setattr(Caller caller, String path, AttributeChange change) {
    return outcome(
        () -> {
          var unused = guard.metadata().setattr(Target.at(path), change, caller);
        });
  }

  String seal(Caller caller, String box) {
    return state(caller, box, "sealed");
  }

  String unseal(Caller caller, String box) {
    return state(caller, box, "live");
  }

  private String state(Caller caller, String box, String state) {
    byte[] value = state.getBytes(StandardCharsets.UTF_8);
    return outcome(
        () -> guard.attributes().set(box, "user.fdbox.state", value, SetMode.ANY, caller));
  }
}
