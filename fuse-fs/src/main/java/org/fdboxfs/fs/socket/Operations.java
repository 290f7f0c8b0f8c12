package org.fdboxfs.fs.socket;

import java.util.ArrayList;
import java.util.List;
import org.fdboxfs.fs.Handle;
import org.fdboxfs.fs.HandleTable;
import org.fdboxfs.linux.Handout;
import org.fdboxfs.linux.Linux;
import org.fdboxfs.linux.LinuxDescriptors;
import org.fdboxfs.linux.OpenFiles;
import org.fdboxfs.linux.Packet;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Caller.ProcessKey;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FairShare;
import org.fdboxfs.model.FsException;
import org.fdboxfs.policy.Guard;
import org.fdboxfs.policy.Inspection;
import org.fdboxfs.policy.Lease;
import org.fdboxfs.policy.Puts;
import org.fdboxfs.policy.Takes.Taken;
import org.fdboxfs.policy.Target;
import org.fdboxfs.policy.rule.Request;

/** What messages ask for, done. The same for both sockets. */
final class Operations {
  private static final int ENTRY_MODE = 0600;

  /** A name takes ten bytes of a list, at least. */
  private static final int MOST_LISTED = Packet.MOST_BYTES / 10;

  private final Guard guard;
  private final LinuxDescriptors descriptors;
  private final HandleTable handles;
  private final OpenFiles files;

  /** Numbers of the daemon by which takers are looked for. */
  private final FairShare tracking;

  Operations(Guard guard, LinuxDescriptors descriptors, HandleTable handles, OpenFiles files) {
    this.guard = guard;
    this.descriptors = descriptors;
    this.handles = handles;
    this.files = files;
    this.tracking = new FairShare(descriptors.ownNumbers() / 8, 4);
  }

  Guard guard() {
    return guard;
  }

  LinuxDescriptors descriptors() {
    return descriptors;
  }

  /**
   * Puts descriptors, all or none.
   *
   * @param untilHangup whether each goes when it hangs up
   * @throws FsException {@code EINVAL} not one name for each; those of {@link Puts#putAll}
   */
  void store(List<String> names, Parcel parcel, boolean untilHangup, Caller caller)
      throws FsException {
    if (parcel.size() == 0 || parcel.size() != names.size()) {
      throw new FsException(
          Errno.EINVAL,
          parcel.size() + " descriptors and " + names.size() + " names, one for each is wanted");
    }
    List<String> paths = new ArrayList<>();
    for (String name : names) {
      paths.add(EntryPath.ofEntry(name));
    }
    List<Puts.Put> puts = new ArrayList<>();
    boolean handedOver = false;
    try {
      for (int i = 0; i < paths.size(); i++) {
        puts.add(new Puts.Put(paths.get(i), parcel.adopt(i), untilHangup));
      }
      handedOver = true;
      guard.puts().putAll(puts, ENTRY_MODE, caller);
    } finally {
      if (!handedOver) {
        puts.forEach(put -> put.offer().descriptor().close());
      }
    }
  }

  /** Lets an entry go; returns its inode number. */
  long remove(List<String> names, Parcel parcel, Caller caller) throws FsException {
    requireNoDescriptors(parcel);
    if (names.size() != 1) {
      throw new FsException(Errno.EINVAL, "one name is wanted");
    }
    String path = EntryPath.ofEntry(names.get(0));
    return guard.namespace().unlink(path, caller);
  }

  /** What a directory lists, without one the boxes. */
  Answer list(List<String> names, Parcel parcel, Caller caller) throws FsException {
    requireNoDescriptors(parcel);
    if (names.size() > 1) {
      throw new FsException(Errno.EINVAL, "at most one name is wanted");
    }
    String directory = names.isEmpty() ? "/" : EntryPath.ofDirectory(names.get(0));
    String above = names.isEmpty() ? "" : directory.substring(1) + "/";
    StringBuilder text = new StringBuilder(Answer.DONE.text());
    for (Inspection.Listed listed : guard.inspection().list(directory, MOST_LISTED, caller)) {
      if (listed.name().indexOf('\n') >= 0) {
        continue; // cannot be said here; such an entry is for those who open it
      }
      text.append("FDNAME=").append(above).append(listed.name());
      text.append(listed.kind() == null ? "/\n" : "\nFDKIND=" + listed.kind() + "\n");
      if (text.length() > Packet.MOST_BYTES) {
        throw new FsException(Errno.EMSGSIZE, "the list is too long, read the directory instead");
      }
    }
    return new Answer(text.toString(), List.of());
  }

  /** Claims an entry for who takes or moves it by name. */
  Lease claim(Target target, Message message, Caller caller) throws FsException {
    boolean moves = message.verb() == Message.Verb.MOVE;
    Request.Part part = moves ? Request.Part.OF_MOVE : Request.Part.OF_TAKE;
    return guard.claims().open(target, message.access(), part, caller);
  }

  static void requireNoDescriptors(Parcel parcel) throws FsException {
    if (parcel.size() > 0) {
      throw new FsException(Errno.EINVAL, "no descriptors are wanted");
    }
  }

  /**
   * The claims behind handles that were sent.
   *
   * @return lent by the handles, which the parcel keeps open
   * @throws FsException {@code EXDEV} a handle of something else than this mount; {@code EBADF} no
   *     entry; {@code EINVAL} a directory beside others; those of {@link
   *     org.fdboxfs.policy.Takes#openGroup}
   */
  List<Lease> leases(Parcel parcel, Caller caller, SlowWork slow) throws FsException {
    List<Lease> leases = new ArrayList<>();
    for (int i = 0; i < parcel.size(); i++) {
      Handle handle = handle(parcel.number(i));
      if (handle instanceof Handle.OpenEntry entry) {
        leases.add(entry.lease());
      } else if (handle instanceof Handle.OpenDirectory directory) {
        if (parcel.size() > 1) {
          throw new FsException(Errno.EINVAL, "a group is taken by itself");
        }
        leases.addAll(members(directory, caller, slow));
      } else {
        throw new FsException(Errno.EBADF, "a handle of neither an entry nor a directory");
      }
    }
    return leases;
  }

  private List<Lease> members(Handle.OpenDirectory directory, Caller caller, SlowWork slow)
      throws FsException {
    Target target = directory.target();
    if (target == null) {
      throw new FsException(Errno.EBADF, "the control directory holds no entries");
    }
    return directory.members(
        () -> {
          settle(target, caller, slow);
          return guard.takes().openGroup(target, caller);
        });
  }

  /** Before something is claimed: who took it before may have let go since. */
  void settle(Target target, Caller caller, SlowWork slow) throws FsException {
    if (guard.claims().isUnsettled(target)) {
      slow.run(
          caller,
          () -> {
            guard.claims().settle(target);
            return target;
          });
    }
  }

  /** Asks the mount which of its handles it is: another thread of ours answers. */
  private Handle handle(int number) throws FsException {
    if (!descriptors.isOwnHandle(number)) {
      throw new FsException(Errno.EXDEV, "not a handle of this mount");
    }
    Handle handle = handles.find(Linux.ioctlNumber(number, HandleTable.IDENTIFY));
    if (handle == null) {
      throw new FsException(Errno.EBADF, "the handle is closed");
    }
    return handle;
  }

  /**
   * Gives descriptors out.
   *
   * @return with the descriptors, to be sent
   */
  Answer take(List<Lease> leases, Caller caller, SlowWork slow) throws FsException {
    Answer[] answer = new Answer[1];
    boolean done = false;
    try {
      List<Taken> taken =
          guard.takes().take(leases, caller, all -> answer[0] = handOut(all, caller));
      for (int i = 0; i < taken.size(); i++) {
        if (taken.get(i).bounded()) {
          noteTaker(taken.get(i).lease(), answer[0].handouts().get(i), caller, slow);
        }
      }
      done = true;
      return answer[0];
    } finally {
      if (!done && answer[0] != null) {
        answer[0].close();
      }
    }
  }

  private void noteTaker(Lease lease, Handout handout, Caller caller, SlowWork slow)
      throws FsException {
    ProcessKey process = caller.processKey();
    if (handout.isAnew()) {
      lease.takenBy(ProcessTaker.ofOwnFile(files, handout, caller, tracking));
    } else if (!lease.isTakenBy(each -> ProcessTaker.isOf(each, process))) {
      lease.takenBy(slow.run(caller, () -> ProcessTaker.of(files, lease, process)));
    }
  }

  /** Sends an answer at once. */
  interface Sender {
    void send(Answer answer) throws FsException;
  }

  /**
   * Gives descriptors out and lets their entries go: they leave when, and only when, the answer is
   * on its way.
   */
  void move(List<Lease> leases, Caller caller, Sender sender) throws FsException {
    guard
        .takes()
        .move(
            leases,
            caller,
            all -> {
              try (Answer answer = handOut(all, caller)) {
                sender.send(answer);
              }
            });
  }

  private Answer handOut(List<Taken> all, Caller caller) throws FsException {
    StringBuilder text = new StringBuilder(Answer.DONE.text());
    List<Handout> handouts = new ArrayList<>();
    boolean done = false;
    try {
      for (Taken taken : all) {
        Lease lease = taken.lease();
        handouts.add(descriptors.handOut(lease.descriptor(), lease.access(), caller));
        text.append("FDNAME=").append(taken.name()).append('\n');
      }
      if (text.length() > Packet.MOST_BYTES) {
        throw new FsException(Errno.EMSGSIZE, "the names do not fit an answer");
      }
      done = true;
      return new Answer(text.toString(), handouts);
    } finally {
      if (!done) {
        handouts.forEach(Handout::close);
      }
    }
  }
}
