package org.fdboxfs.policy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FsException;
import org.fdboxfs.model.Names;
import org.fdboxfs.policy.rule.Deny;
import org.fdboxfs.policy.rule.Groups;
import org.fdboxfs.policy.rule.Link;
import org.fdboxfs.policy.rule.Operation;
import org.fdboxfs.policy.rule.PosixRule;
import org.fdboxfs.policy.rule.Request;
import org.fdboxfs.registry.Box;
import org.fdboxfs.registry.Directory;
import org.fdboxfs.registry.Entry;
import org.fdboxfs.registry.Node;
import org.jspecify.annotations.Nullable;

/**
 * Extended attributes. Those below {@code user.fdbox.} have a meaning; other {@code user.}
 * attributes are kept as they are; other name spaces are not offered.
 */
public final class ExtendedAttributes {
  /** When an attribute may be set, as the flags of setxattr(2). */
  public enum SetMode {
    ANY,
    CREATE,
    REPLACE
  }

  private static final String USER = "user.";
  private static final String OURS = "user.fdbox.";
  private static final String KIND = OURS + "kind";

  /** How many claims an entry has. */
  public static final String CLAIMS = OURS + "claims";

  /** Whether a box is sealed; setting it seals and unseals. */
  public static final String STATE = OURS + "state";

  /** Bytes of a value that an event tells: events are kept in the daemon's memory. */
  private static final int LONGEST_TOLD = 256;

  private static final String GROUP = OURS + "group";

  private final Guard guard;

  ExtendedAttributes(Guard guard) {
    this.guard = guard;
  }

  /**
   * One attribute.
   *
   * @throws FsException {@code ENODATA} not there; {@code EOPNOTSUPP} not below {@code user.}
   */
  public byte[] get(String path, String key) throws FsException {
    requireUser(key);
    return guard.locked(() -> valueOf(guard.paths().resolve(path), key));
  }

  /**
   * The same for somebody.
   *
   * @throws FsException also {@code EACCES} where modes do not let it read the node; {@code EPERM}
   *     where modes do not count, an attribute of another user
   */
  public byte[] get(String path, String key, Caller caller) throws FsException {
    requireUser(key);
    return guard.locked(
        () -> {
          Node node = guard.paths().resolve(Target.at(path), caller);
          guard.modes().requireReadable(node, caller);
          if (!guard.policy().modesEnforced() && !key.startsWith(OURS)) {
            requireOwner(node, caller); // nobody has looked whether the node may be read
          }
          return valueOf(node, key);
        });
  }

  /** Under the lock. */
  private byte[] valueOf(Node node, String key) throws FsException {
    byte[] value = key.startsWith(OURS) ? ours(node, key) : node.xattrs().get(key);
    if (value == null) {
      throw new FsException(Errno.ENODATA, "no such attribute");
    }
    return value.clone();
  }

  /** The names that a node has. */
  public List<String> list(String path) throws FsException {
    return guard.locked(
        () -> {
          Node node = guard.paths().resolve(path);
          List<String> names = new ArrayList<>();
          for (String key :
              List.of(KIND, CLAIMS, STATE, GROUP, Groups.AFTER_MARK, Groups.LINK_MARK)) {
            if (ours(node, key) != null) {
              names.add(key);
            }
          }
          node.xattrs().keySet().stream().filter(key -> !key.startsWith(OURS)).forEach(names::add);
          return names;
        });
  }

  /** Under the lock: the value of an attribute of ours; null when the node has no such. */
  private byte @Nullable [] ours(Node node, String key) {
    String value = null;
    if (node instanceof Entry entry) {
      value = ofEntry(entry, key);
    } else if (node instanceof Directory directory && !directory.isRoot()) {
      value = ofDirectory(directory, key);
    }
    return value == null ? null : value.getBytes(StandardCharsets.UTF_8);
  }

  private @Nullable String ofEntry(Entry entry, String key) {
    Directory parent = entry.parent();
    Link link = parent == null ? null : guard.policy().groups().linkOf(parent);
    byte[] after = entry.xattrs().get(Groups.AFTER_MARK);
    return switch (key) {
      case KIND -> entry.kind().label();
      case CLAIMS -> Integer.toString(entry.claims().size());
      case STATE -> stateOf(entry.box());
      case GROUP -> link == null ? null : link.open().label();
      case Groups.AFTER_MARK -> after == null ? null : new String(after, StandardCharsets.UTF_8);
      default -> null;
    };
  }

  private @Nullable String ofDirectory(Directory directory, String key) {
    Link link = guard.policy().groups().linkOf(directory);
    return switch (key) {
      case Groups.LINK_MARK -> (link == null ? Link.Open.NONE : link.open()).label();
      case STATE -> directory instanceof Box box ? stateOf(box) : null;
      default -> null;
    };
  }

  static String stateOf(@Nullable Box box) {
    return box != null && box.isSealed() ? "sealed" : "live";
  }

  /**
   * Sets one attribute; {@code user.fdbox.state} of a box seals or unseals it, for which those are
   * looked at who took descriptors.
   *
   * @throws FsException {@code EOPNOTSUPP} not below {@code user.}; {@code EPERM} ours and not the
   *     owner's to set, or not settable; {@code EINVAL} not a value of ours; {@code ELOOP} a member
   *     that depends on itself; {@code EEXIST}, {@code ENODATA} by the mode; {@code ENOSPC} too
   *     much; and what the rules say
   */
  public void set(String path, String key, byte[] value, SetMode mode, Caller caller)
      throws FsException {
    set(Target.at(path), key, value, mode, caller);
  }

  /** Sets one attribute; as {@link #set(String, String, byte[], SetMode, Caller)}. */
  public void set(Target target, String key, byte[] value, SetMode mode, Caller caller)
      throws FsException {
    requireUser(key);
    if (key.equals(STATE)) {
      guard.claims().settleAll(); // a box is sealed when nothing in it is claimed
    }
    guard.run(
        () -> {
          Node node = guard.paths().resolve(target, caller);
          guard.modes().permitAttribute(node, caller);
          Caller checked = caller.asChecked();
          if (key.equals(STATE) && node instanceof Box box) {
            setState(box, text(value), checked);
            return;
          }
          guard.permit(
              Request.about(guard.registry(), Operation.SETATTR, checked, node, Access.READ_WRITE));
          if (key.startsWith(OURS)) {
            requireSettable(node, key, text(value), caller);
          }
          boolean there = node.xattrs().containsKey(key);
          if (mode == SetMode.CREATE && there) {
            throw new FsException(Errno.EEXIST, "the attribute is there");
          }
          if (mode == SetMode.REPLACE && !there) {
            throw new FsException(Errno.ENODATA, "no such attribute");
          }
          guard.registry().setXattr(node, key, value.clone());
          String told =
              key.startsWith(OURS) && value.length <= LONGEST_TOLD ? key + "=" + text(value) : key;
          guard.happened("setattr", caller, Place.of(node), told, Event.Subject.of(node));
        });
  }

  /**
   * Removes one attribute.
   *
   * @throws FsException {@code ENODATA}, {@code EOPNOTSUPP}, {@code EPERM}, and what the rules say
   */
  public void remove(String path, String key, Caller caller) throws FsException {
    requireUser(key);
    guard.run(
        () -> {
          Node node = guard.paths().resolve(Target.at(path), caller);
          guard.modes().permitAttribute(node, caller);
          guard.permit(
              Request.about(
                  guard.registry(),
                  Operation.SETATTR,
                  caller.asChecked(),
                  node,
                  Access.READ_WRITE));
          if (key.startsWith(OURS)) {
            requireOwner(node, caller);
            if (!key.equals(Groups.LINK_MARK) && !key.equals(Groups.AFTER_MARK)) {
              throw new FsException(Errno.EPERM, key + " cannot be removed");
            }
          }
          guard.registry().removeXattr(node, key);
          guard.happened("setattr", caller, Place.of(node), "-" + key, Event.Subject.of(node));
        });
  }

  private static void requireUser(String key) throws FsException {
    if (key.equals(USER)) {
      throw new FsException(Errno.EINVAL, "an attribute without a name");
    }
    if (!key.startsWith(USER)) {
      throw new FsException(Errno.EOPNOTSUPP, "only user.* attributes are kept");
    }
  }

  private static void requireOwner(Node node, Caller caller) throws FsException {
    if (!caller.isRoot() && caller.uid() != node.uid()) {
      throw new FsException(Errno.EPERM, "only the owner may do that");
    }
  }

  private static void requireSettable(Node node, String key, String value, Caller caller)
      throws FsException {
    requireOwner(node, caller);
    if (key.equals(Groups.LINK_MARK) && node instanceof Directory directory) {
      if (directory.isRoot()) {
        throw new FsException(Errno.EPERM, "the root is no group");
      }
      if (Link.Open.byLabel(value).isEmpty()) {
        throw new FsException(Errno.EINVAL, "not one of reserve, in-order, together, none");
      }
    } else if (key.equals(Groups.AFTER_MARK) && node instanceof Entry entry) {
      requireNoCycle(entry, Groups.names(value));
    } else {
      throw new FsException(Errno.EPERM, key + " cannot be set");
    }
  }

  /**
   * Walks what the member would depend on; coming back to it is a cycle. A walk that goes on for
   * longer than any group is large holds up everybody, and ends.
   */
  private static void requireNoCycle(Entry member, List<String> names) throws FsException {
    Directory group = member.parent();
    Set<String> seen = new HashSet<>();
    List<String> open = new ArrayList<>(names);
    int members = 0;
    requireFew(names.size());
    while (!open.isEmpty()) {
      String name = Names.check(open.remove(open.size() - 1));
      if (name.equals(member.name())) {
        throw new FsException(Errno.ELOOP, "'" + name + "' would depend on itself");
      }
      Node next = group == null ? null : group.child(name);
      if (seen.add(name) && next instanceof Entry entry) {
        requireFew(++members);
        List<String> further = Groups.marked(entry);
        open.addAll(further == null ? List.of() : further);
      }
    }
  }

  private static void requireFew(int others) throws FsException {
    if (others > Takes.MOST) {
      throw new FsException(
          Errno.EINVAL, "a member comes after at most " + Takes.MOST + " others, all in all");
    }
  }

  /** Under the lock. */
  private void setState(Box box, String state, Caller caller) throws FsException {
    switch (state) {
      case "sealed" -> seal(box, false, caller);
      case "sealed-force" -> seal(box, true, caller);
      case "live" -> unseal(box, caller);
      default -> throw new FsException(Errno.EINVAL, "a box is sealed or live");
    }
  }

  private void seal(Box box, boolean force, Caller caller) throws FsException {
    requireOwner(box, caller);
    Request request =
        Request.about(guard.registry(), Operation.SEAL, caller, box, Access.READ_WRITE);
    guard.permit(request);
    Entry held = force ? null : claimedBelow(box);
    if (held != null) {
      throw guard.deny(request, new Deny("seal", Errno.EBUSY, heldBy(held, caller)));
    }
    box.setSealed(true, guard.registry().now());
    guard.happened("seal", caller, Place.of(box), "", Event.Subject.of(box));
  }

  /** An entry below a directory that somebody has open; null when there is none. */
  private static @Nullable Entry claimedBelow(Directory directory) {
    Iterator<Entry> claimed = directory.claimed().iterator();
    if (claimed.hasNext()) {
      return claimed.next();
    }
    for (Node child : directory.children()) {
      Entry found = child instanceof Directory below ? claimedBelow(below) : null;
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private static String heldBy(Entry entry, Caller caller) {
    Directory parent = entry.parent();
    return parent != null && PosixRule.mayList(parent, caller)
        ? "'" + entry.path() + "' is held by pid " + entry.claims().get(0).process().pid()
        : "an entry below is held";
  }

  private void unseal(Box box, Caller caller) throws FsException {
    requireOwner(box, caller);
    guard.permit(Request.about(guard.registry(), Operation.UNSEAL, caller, box, Access.READ_WRITE));
    if (!box.isSealed()) {
      throw new FsException(Errno.EBUSY, "the box is not sealed");
    }
    box.setSealed(false, guard.registry().now());
    guard.happened("unseal", caller, Place.of(box), "", Event.Subject.of(box));
  }

  private static String text(byte[] value) {
    return new String(value, StandardCharsets.UTF_8);
  }
}
