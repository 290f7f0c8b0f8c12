package org.fdboxfs.policy;

import java.time.Instant;
import java.time.InstantSource;
import org.fdboxfs.fake.FakeDescriptor;
import org.fdboxfs.fake.FakeProcesses;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FsException;
import org.fdboxfs.policy.rule.Operation;
import org.fdboxfs.policy.rule.Request;
import org.fdboxfs.policy.rule.Request.Candidate;
import org.fdboxfs.registry.Directory;
import org.fdboxfs.registry.Entry;
import org.fdboxfs.registry.Node;
import org.fdboxfs.registry.Ownership;
import org.fdboxfs.registry.Registry;

/** A small namespace to ask about: user 1000 is the caller, user 2000 owns what is there. */
public final class World {
  public final FakeProcesses processes = new FakeProcesses();
  public final Caller caller = processes.caller(1000, 1001, 4242);

  /** Of the user who owns what is there; its look-ups are not among those of the caller. */
  public final FakeProcesses owners = new FakeProcesses();

  public final Caller owner = owners.caller(2000, 2001, 77);
  public final Registry registry = new Registry(InstantSource.fixed(Instant.EPOCH), 0, 0);
  public final Directory box;
  public final Directory net;

  public World() throws FsException {
    box = registry.mkdir(registry.root(), "vm1", new Ownership(2000, 2001, 0750));
    net = registry.mkdir(box, "net0", new Ownership(2000, 2001, 0700));
    registry.madeBy(box, owner);
    registry.madeBy(net, owner);
  }

  public Entry put(Directory into, String name, FdKind kind) throws FsException {
    FakeDescriptor descriptor = new FakeDescriptor(kind);
    Entry entry =
        registry.put(into, name, new Ownership(2000, 2001, 0640), descriptor, descriptor.stat());
    registry.madeBy(entry, owner);
    return entry;
  }

  public Request open(Node node) {
    return Request.about(registry, Operation.OPEN, caller, node, Access.READ);
  }

  public Request about(Operation operation, Node node) {
    return Request.about(registry, operation, caller, node, Access.READ_WRITE);
  }

  public Request putting(Directory into, String name, FdKind kind) {
    return Request.adding(
        registry, Operation.PUT, caller, into, name, new Candidate(kind, false, 0));
  }

  public Request mkdir(Directory into, String name) {
    return Request.adding(registry, Operation.MKDIR, caller, into, name, null);
  }
}
