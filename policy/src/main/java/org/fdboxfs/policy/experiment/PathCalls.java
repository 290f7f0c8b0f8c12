package org.fdboxfs.policy.experiment;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.TreeSet;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.Attributes;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.DescriptorSource.Offer;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FsException;
import org.fdboxfs.policy.AttributeChange;
import org.fdboxfs.policy.Decision;
import org.fdboxfs.policy.ExtendedAttributes;
import org.fdboxfs.policy.ExtendedAttributes.SetMode;
import org.fdboxfs.policy.Lease;
import org.fdboxfs.policy.Listing;
import org.fdboxfs.policy.Target;
import org.fdboxfs.policy.experiment.kernel.Content;
import org.fdboxfs.policy.experiment.kernel.Held;
import org.fdboxfs.policy.experiment.kernel.OpenFile;
import org.fdboxfs.policy.experiment.kernel.SimulatedDescriptor;
import org.fdboxfs.policy.experiment.kernel.SimulatedProcess;
import org.fdboxfs.policy.rule.Groups;
import org.fdboxfs.policy.rule.Operation;
import org.fdboxfs.registry.Directory;
import org.jspecify.annotations.Nullable;

/** System calls with a path. */
final class PathCalls {
  private static final int ENTRY_MODE = 0600;

  /** What mkdir(2) takes of a mode (fs/namei.c): a set-group-id bit is only inherited. */
  private static final int DIRECTORY_BITS = 01777;

  private static final String KIND = "user.fdbox.kind";

  private final Simulation simulation;

  PathCalls(Simulation simulation) {
    this.simulation = simulation;
  }

  private static String path(Step step) {
    return Simulation.pathOf(step.path());
  }

  String mkdir(Step step, SimulatedProcess by) throws FsException {
    requireNotRoot(step, Errno.EEXIST);
    simulation.guard().namespace().mkdir(path(step), step.mode() & DIRECTORY_BITS, by.onMount());
    return "";
  }

  String rmdir(Step step, SimulatedProcess by) throws FsException {
    requireNotRoot(step, Errno.EINVAL);
    simulation.guard().namespace().rmdir(path(step), by.onMount());
    return "";
  }

  String remove(Step step, SimulatedProcess by) throws FsException {
    requireNotRoot(step, Errno.EISDIR);
    simulation.guard().namespace().unlink(path(step), by.onMount());
    return "";
  }

  String rename(Step step, SimulatedProcess by) throws FsException {
    String to = Simulation.pathOf(String.valueOf(step.arguments().to()));
    simulation.guard().namespace().rename(path(step), to, false, by.onMount());
    return "";
  }

  private static void requireNotRoot(Step step, Errno errno) throws FsException {
    if (step.path().equals(".")) {
      throw new FsException(errno, "the root of the mount");
    }
  }

  /** symlink(2): the name is looked at before the descriptor is fetched. */
  String put(Step step, SimulatedProcess by) throws FsException {
    requireNotRoot(step, Errno.EEXIST);
    Held held = by.held(step.handle());
    if (held == null) {
      requireMayAdd(path(step), by.onMount());
      throw new FsException(Errno.EBADF, "nothing is open under that name");
    }
    simulation.guard().puts().put(path(step), ENTRY_MODE, by.onMount(), offer(held));
    return "";
  }

  /** What the kernel says of the name, before anybody looks at the descriptor. */
  private void requireMayAdd(String path, Caller caller) throws FsException {
    Decision decision =
        simulation
            .guard()
            .inspection()
            .explain(path, Operation.PUT, Access.READ_WRITE, null, caller);
    if (decision.deny() != null && decision.deny().rule().equals("posix")) {
      throw new FsException(decision.deny().errno(), decision.deny().reason());
    }
  }

  private static Offer offer(Held held) {
    if (held instanceof Descriptors descriptors) {
      return new Offer(new SimulatedDescriptor(descriptors.first(), true), false);
    }
    MountHandle handle = (MountHandle) held;
    FdKind kind = handle.directory() == null ? FdKind.FILE : FdKind.DIRECTORY;
    OpenFile ours = new OpenFile(kind, handle.access(), new Content(0));
    return new Offer(new SimulatedDescriptor(ours, true), true);
  }

  /** open(2) with O_CREAT and O_EXCL, ftruncate(2), close(2). */
  String create(Step step, SimulatedProcess by) throws FsException {
    requireNotRoot(step, Errno.EEXIST);
    OpenFile memory = new OpenFile(FdKind.MEMFD, Access.READ_WRITE, new Content(0));
    Lease lease =
        simulation
            .guard()
            .puts()
            .create(
                path(step),
                step.mode(),
                Access.READ_WRITE,
                by.onMount(),
                new Offer(new SimulatedDescriptor(memory, false), false));
    MountHandle handle = handleOf(lease, Access.READ_WRITE, by);
    try {
      Long size = step.arguments().size();
      if (size != null) {
        simulation.guard().metadata().setattr(lease, AttributeChange.size(size), by.onMount());
      }
    } finally {
      simulation.closed(handle);
    }
    return "";
  }

  String open(Step step, SimulatedProcess by) throws FsException {
    Access access = step.arguments().access();
    MountHandle handle = open(path(step), access == null ? Access.READ_WRITE : access, by);
    String as = step.arguments().as();
    if (as == null) {
      simulation.closed(handle);
    } else {
      by.hold(as, handle);
    }
    return "";
  }

  /** open(2): a directory opens for reading. */
  MountHandle open(String path, Access access, SimulatedProcess by) throws FsException {
    try {
      return handleOf(openEntry(path, access, by), access, by);
    } catch (FsException e) {
      if (!e.errno().equals(Errno.EISDIR) || access.writes()) {
        throw e;
      }
      Target directory = simulation.guard().namespace().openDirectory(path, by.onMount());
      Directory node =
          (Directory)
              Objects.requireNonNull(
                  simulation.registry().byInode(simulation.guard().namespace().inodeAt(path)));
      return MountHandle.ofDirectory(simulation.generation(), by.actor(), directory, node);
    }
  }

  private Lease openEntry(String path, Access access, SimulatedProcess by) throws FsException {
    simulation.guard().claims().settle(Target.at(path));
    return simulation.guard().claims().open(path, access, by.onMount());
  }

  private MountHandle handleOf(Lease lease, Access asked, SimulatedProcess by) {
    return MountHandle.ofEntry(
        simulation.generation(), by.actor(), lease, simulation.granted(lease, asked));
  }

  String chmod(Step step, SimulatedProcess by) throws FsException {
    return setattr(step, AttributeChange.mode(step.mode()), by);
  }

  String chown(Step step, SimulatedProcess by) throws FsException {
    Arguments given = step.arguments();
    return setattr(step, new AttributeChange(null, given.uid(), given.gid(), null, null, null), by);
  }

  private String setattr(Step step, AttributeChange change, SimulatedProcess by)
      throws FsException {
    simulation.guard().metadata().setattr(Target.at(path(step)), change, by.onMount());
    return "";
  }

  String mark(Step step, SimulatedProcess by) throws FsException {
    return setAttribute(step, Groups.LINK_MARK, String.valueOf(label(step)), by);
  }

  private static @Nullable String label(Step step) {
    return step.arguments().link() == null ? null : step.arguments().link().label();
  }

  String setState(Step step, String state, SimulatedProcess by) throws FsException {
    return setAttribute(step, ExtendedAttributes.STATE, state, by);
  }

  private String setAttribute(Step step, String key, String value, SimulatedProcess by)
      throws FsException {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    simulation.guard().attributes().set(path(step), key, bytes, SetMode.ANY, by.onMount());
    return "";
  }

  /** Names, sorted, in one line. */
  String list(Step step, SimulatedProcess by) throws FsException {
    Target directory = simulation.guard().namespace().openDirectory(path(step), by.onMount());
    Listing listing = simulation.guard().namespace().list(directory);
    TreeSet<String> names = new TreeSet<>();
    for (int i = 0; i < listing.size(); i++) {
      names.add(listing.name(i));
    }
    return String.join(" ", names);
  }

  /** What it is, mode, owner and, where it can be told, kind in one line. */
  String stat(Step step, SimulatedProcess by) throws FsException {
    Attributes attributes =
        simulation.guard().metadata().attributes(Target.at(path(step)), by.onMount());
    return "%s %04o %d:%d%s"
        .formatted(
            attributes.directory() ? "directory" : "file",
            attributes.mode(),
            Integer.toUnsignedLong(attributes.uid()),
            Integer.toUnsignedLong(attributes.gid()),
            attributes.directory() ? "" : kind(path(step), by));
  }

  /** getxattr(2), which not everybody may make that may stat. */
  private String kind(String path, SimulatedProcess by) {
    try {
      byte[] kind = simulation.guard().attributes().get(path, KIND, by.onMount());
      return " " + new String(kind, StandardCharsets.UTF_8);
    } catch (FsException e) {
      return "";
    }
  }
}
