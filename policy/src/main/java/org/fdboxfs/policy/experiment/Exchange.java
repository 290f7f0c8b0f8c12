package org.fdboxfs.policy.experiment;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FsException;
import org.fdboxfs.policy.Lease;
import org.fdboxfs.policy.Takes.Taken;
import org.fdboxfs.policy.Target;
import org.fdboxfs.policy.experiment.Descriptors.Got;
import org.fdboxfs.policy.experiment.kernel.Held;
import org.fdboxfs.policy.experiment.kernel.OpenFile;
import org.fdboxfs.policy.experiment.kernel.SimulatedDescriptor;
import org.fdboxfs.policy.experiment.kernel.SimulatedProcess;
import org.fdboxfs.policy.experiment.kernel.SimulatedTaker;
import org.fdboxfs.policy.rule.Request;
import org.jspecify.annotations.Nullable;

/** The exchange socket: what gives the real descriptors out. */
final class Exchange {
  private final Simulation simulation;

  /** What a message brings, and how it names it. */
  private record Answer(List<Got> got, String names) {}

  Exchange(Simulation simulation) {
    this.simulation = simulation;
  }

  /** FDTAKE=1 with a handle of the process. */
  String take(Step step, SimulatedProcess by) throws FsException {
    Held held = by.held(step.handle());
    if (held == null) {
      throw new FsException(Errno.EBADF, "nothing is open under that name");
    }
    if (!(held instanceof MountHandle handle)) {
      throw new FsException(Errno.EXDEV, "not a handle of this mount");
    }
    if (handle.generation() != simulation.generation()) {
      throw new FsException(Errno.ENOTCONN, "the mount has ended");
    }
    String as = step.arguments().as();
    Answer answer = take(handle, by);
    if (as != null) {
      by.hold(as, new Descriptors(answer.got(), null));
    }
    return answer.names();
  }

  /** open(2) and FDTAKE=1 with the handle, which closes with the descriptor. */
  String obtain(Step step, SimulatedProcess by) throws FsException {
    requireName(step);
    MountHandle handle =
        new PathCalls(simulation).open(Simulation.pathOf(step.path()), Access.READ_WRITE, by);
    String as = step.arguments().as();
    boolean kept = false;
    try {
      Answer answer = take(handle, by);
      if (as != null) {
        by.hold(as, new Descriptors(answer.got(), handle));
        kept = true;
      }
      return answer.names();
    } finally {
      if (!kept) {
        simulation.closed(handle);
      }
    }
  }

  private static void requireName(Step step) throws FsException {
    if (step.path().equals(".")) {
      throw new FsException(Errno.EINVAL, "the root of the mount has no name");
    }
  }

  private Answer take(MountHandle handle, SimulatedProcess by) throws FsException {
    Caller caller = by.onSocket();
    Target directory = handle.directory();
    if (directory != null && handle.leases().isEmpty()) {
      simulation.guard().claims().settle(directory);
      List<Lease> members = simulation.guard().takes().openGroup(directory, caller);
      handle.claimed(
          members, members.stream().map(member -> simulation.granted(member, null)).toList());
    }
    List<OpenFile> files = new ArrayList<>();
    List<Taken> taken =
        simulation.guard().takes().take(handle.leases(), caller, all -> files.addAll(handOut(all)));
    List<Got> got = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      SimulatedTaker taker =
          taken.get(i).bounded() ? noteTaker(taken.get(i).lease(), files.get(i), by) : null;
      Grant grant = handle.grants().get(i);
      boolean counts = new Terms(simulation).matters(grant);
      simulation.taken(new Taking(grant, by.key(), files.get(i), counts, taker));
      got.add(new Got(files.get(i), grant));
    }
    return new Answer(got, names(taken));
  }

  private static String names(List<Taken> all) {
    return all.stream().map(Taken::name).collect(Collectors.joining(" "));
  }

  /** Null when it was noted before. */
  private @Nullable SimulatedTaker noteTaker(Lease lease, OpenFile file, SimulatedProcess by)
      throws FsException {
    boolean anew = file != fileOf(lease);
    if (!anew && lease.isTakenBy(each -> SimulatedTaker.isOf(each, by.key()))) {
      return null;
    }
    SimulatedTaker taker = new SimulatedTaker(simulation.machine(), file, anew, by.key());
    lease.takenBy(taker);
    return taker;
  }

  /** What is sent to somebody who may have a descriptor for no more than that. */
  private static List<OpenFile> handOut(List<Taken> all) throws FsException {
    List<OpenFile> files = new ArrayList<>();
    for (Taken taken : all) {
      OpenFile file = fileOf(taken.lease());
      Access access = taken.lease().access();
      boolean memory = file.kind() == FdKind.MEMFD || file.kind() == FdKind.SHMEM;
      if (access != file.access() && !memory) {
        throw new FsException(
            Errno.EACCES, "a " + file.kind() + " cannot be had for " + access + " only");
      }
      files.add(access == file.access() ? file : file.anew(access));
    }
    return files;
  }

  private static OpenFile fileOf(Lease lease) {
    return ((SimulatedDescriptor) lease.descriptor()).file();
  }

  /** FDTAKE=move with a name. */
  String get(Step step, SimulatedProcess by) throws FsException {
    requireName(step);
    if (step.path().indexOf('/') < 0) {
      throw new FsException(Errno.EPERM, "entries live in boxes, not at the root");
    }
    Target target = Target.at(Simulation.pathOf(step.path()));
    Caller caller = by.onSocket();
    simulation.guard().claims().settle(target);
    Lease lease = simulation.guard().claims().open(target, null, Request.Part.OF_MOVE, caller);
    List<OpenFile> files = new ArrayList<>();
    List<Taken> taken = new ArrayList<>();
    try {
      simulation
          .guard()
          .takes()
          .move(
              List.of(lease),
              caller,
              all -> {
                files.addAll(handOut(all));
                taken.addAll(all);
              });
    } finally {
      simulation.guard().claims().release(lease);
    }
    String as = step.arguments().as();
    if (as != null) {
      by.hold(as, Descriptors.of(files.get(0)));
    }
    return names(taken);
  }
}
