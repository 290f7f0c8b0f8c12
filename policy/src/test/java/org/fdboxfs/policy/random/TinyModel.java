package org.fdboxfs.policy.random;

import java.util.Map;
import java.util.TreeMap;
import org.fdboxfs.fake.FakeDescriptor;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FdKind;
import org.jspecify.annotations.Nullable;

/**
 * What should happen, written down a second time and as plainly as possible. Each operation returns
 * the errno of its refusal, or null when it was done.
 */
final class TinyModel extends TinyTree {
  private static final int MAX_DEPTH = 17;
  private static final int SET_GROUP_ID = 02000;

  Limits limits;

  TinyModel(Limits limits) {
    this.limits = limits;
  }

  @Nullable Errno put(Who who, String path, FakeDescriptor descriptor, long size, int mode) {
    users.put(descriptor, 0);
    Errno errno = mayPut(who, path, descriptor.kind(), size);
    if (errno == null) {
      Node node = new Node(descriptor.kind(), descriptor, who, mode);
      node.size = size;
      nodes.put(path, node);
      use(node, 1);
    }
    return errno;
  }

  private @Nullable Errno mayPut(Who who, String path, FdKind kind, long size) {
    Errno errno = reachesDirectory(parent(path));
    if (errno != null) {
      return errno;
    }
    if (kind == FdKind.EPOLL || (kind == FdKind.PIPE && !limits.pipes())) {
      return Errno.EOPNOTSUPP;
    }
    boolean inBox = !parent(path).isEmpty();
    if (inBox && sealed(path)) {
      return Errno.EROFS;
    }
    if (entriesOf(who.uid()) >= limits.perUser()
        || bytesOf(who.uid()) + size > limits.bytes()
        || (inBox && entriesIn(box(path)) >= limits.perBox())) {
      return Errno.EDQUOT;
    }
    if (nodes.containsKey(path)) {
      return Errno.EEXIST;
    }
    return inBox ? null : Errno.EPERM;
  }

  @Nullable Errno create(Who who, String path, FakeDescriptor descriptor, int mode) {
    Errno errno = put(who, path, descriptor, 0, mode);
    if (errno == null) {
      errno = open(who, path, true);
      if (errno != null) {
        use(nodes.remove(path), -1);
      }
    }
    return errno;
  }

  @Nullable Errno open(Who who, String path, boolean writes) {
    Errno errno = reaches(path);
    if (errno != null) {
      return errno;
    }
    Node node = nodes.get(path);
    if (node.directory()) {
      return Errno.EISDIR;
    }
    if (sealed(path)) {
      return Errno.EBUSY;
    }
    errno = mayClaim(who, path, writes);
    if (errno == null) {
      node.claims.add(new Held(node, who.pid(), writes));
      use(node, 1);
    }
    return errno;
  }

  private @Nullable Errno mayClaim(Who who, String path, boolean writes) {
    Node node = nodes.get(path);
    String link = link(parent(path));
    if (link.equals("together")) {
      return Errno.ENOLINK;
    }
    if (!link.equals("none")) {
      boolean reserved =
          members(parent(path)).stream()
              .flatMap(member -> member.claims.stream())
              .anyMatch(held -> held.pid() != who.pid());
      if (reserved) {
        return Errno.EBUSY;
      }
    }
    if (link.equals("in-order") && node.kind == FdKind.VFIO_DEVICE) {
      boolean tooEarly =
          members(parent(path)).stream()
              .filter(member -> member.kind == FdKind.IOMMUFD)
              .anyMatch(member -> member.claims.isEmpty());
      if (tooEarly) {
        return Errno.ENOLINK;
      }
    }
    int opens = node.memory() ? limits.memfdOpens() : Integer.MAX_VALUE;
    opens = node.kind == FdKind.VFIO_DEVICE ? 1 : opens;
    boolean full =
        node.claims.size() >= opens
            || (writes && node.memory() && node.writers() >= limits.memfdWriters());
    return full ? Errno.EBUSY : null;
  }

  void release(Held held) {
    held.node().claims.remove(held);
    use(held.node(), -1);
  }

  @Nullable Errno mkdir(Who who, String path, int mode) {
    Errno errno = reachesDirectory(parent(path));
    if (errno != null) {
      return errno;
    }
    if (sealed(path) && !parent(path).isEmpty()) {
      return Errno.EROFS;
    }
    if (parent(path).isEmpty() && boxesOf(who.uid()) >= limits.boxes()) {
      return Errno.EDQUOT;
    }
    if (nodes.containsKey(path)) {
      return Errno.EEXIST;
    }
    if (depth(path) > MAX_DEPTH) {
      return Errno.ENAMETOOLONG;
    }
    Node above = nodes.get(parent(path));
    int inherited = above == null ? 0 : above.mode & SET_GROUP_ID;
    nodes.put(path, new Node(null, null, who, mode | inherited));
    return null;
  }

  @Nullable Errno remove(String path, boolean wantsDirectory) {
    Errno errno = reaches(path);
    if (errno != null) {
      return errno;
    }
    Node node = nodes.get(path);
    if (node.directory() != wantsDirectory) {
      return wantsDirectory ? Errno.ENOTDIR : Errno.EISDIR;
    }
    if (sealed(path)) {
      return Errno.EROFS;
    }
    if (!below(path).isEmpty()) {
      return Errno.ENOTEMPTY;
    }
    drop(path);
    return null;
  }

  @Nullable Errno rename(String from, String to, boolean keepTarget) {
    Errno errno = mayRename(from, to, keepTarget);
    if (errno == null && !from.equals(to)) {
      drop(to);
      Map<String, Node> moved = new TreeMap<>(below(from));
      moved.put(from, nodes.get(from));
      nodes.keySet().removeAll(moved.keySet());
      moved.forEach((path, node) -> nodes.put(to + path.substring(from.length()), node));
    }
    return errno;
  }

  private @Nullable Errno mayRename(String from, String to, boolean keepTarget) {
    Errno errno = reaches(from);
    errno = errno == null ? reachesDirectory(parent(to)) : errno;
    if (errno != null) {
      return errno;
    }
    Node node = nodes.get(from);
    Node target = nodes.get(to);
    if (target != null && keepTarget) {
      return Errno.EEXIST;
    }
    boolean intoBox = !parent(to).isEmpty();
    if (sealed(from) || ((intoBox || target != null) && sealed(to))) {
      return Errno.EROFS;
    }
    if (intoBox && !box(from).equals(box(to))) {
      long more = node.directory() ? entries(below(from)) : 1;
      more -= target != null && !target.directory() ? 1 : 0;
      if (more > 0 && entriesIn(box(to)) + more > limits.perBox()) {
        return Errno.EDQUOT;
      }
    }
    if (from.equals(to)) {
      return null;
    }
    if (parent(from).isEmpty() == intoBox) {
      return Errno.EPERM;
    }
    if (to.startsWith(from + "/")) {
      return Errno.EINVAL;
    }
    if (node.directory() && depth(to) + height(from) > MAX_DEPTH) {
      return Errno.ENAMETOOLONG;
    }
    if (target == null) {
      return null;
    }
    if (target.directory()) {
      return !node.directory() ? Errno.EISDIR : below(to).isEmpty() ? null : Errno.ENOTEMPTY;
    }
    return node.directory() ? Errno.ENOTDIR : null;
  }

  /** An operation on a node that changes nothing else. */
  interface Change {
    void apply(Node node);
  }

  @Nullable Errno setattr(String path, Change change) {
    Errno errno = reaches(path);
    if (errno == null && sealed(path)) {
      errno = Errno.EROFS;
    }
    if (errno == null) {
      change.apply(nodes.get(path));
    }
    return errno;
  }

  @Nullable Errno mark(Who who, String path, String value) {
    Errno errno = reaches(path);
    if (errno == null && sealed(path)) {
      errno = Errno.EROFS;
    }
    if (errno == null && (!who.owns(nodes.get(path)) || !nodes.get(path).directory())) {
      errno = Errno.EPERM;
    }
    if (errno == null) {
      nodes.get(path).mark = value;
    }
    return errno;
  }

  @Nullable Errno truncate(Who who, String path, long size) {
    Errno errno = reaches(path);
    if (errno != null) {
      return errno;
    }
    Node node = nodes.get(path);
    boolean noBytes = !node.directory() && !node.memory();
    if (node.directory() || (noBytes && size > 0)) {
      return node.directory() ? Errno.EISDIR : Errno.EINVAL;
    }
    if (sealed(path)) {
      return Errno.EROFS;
    }
    if (noBytes) {
      return null;
    }
    if (size > node.size && bytesOf(node.uid) + size - node.size > limits.bytes()) {
      return Errno.EDQUOT;
    }
    errno = mayClaim(who, path, true);
    if (errno == null) {
      node.size = size;
    }
    return errno;
  }

  @Nullable Errno seal(Who who, String path, boolean sealed) {
    Errno errno = reaches(path);
    if (errno != null) {
      return errno;
    }
    Node node = nodes.get(path);
    if (!parent(path).isEmpty()) {
      return sealed(path) ? Errno.EROFS : Errno.EPERM;
    }
    if (!who.owns(node)) {
      return Errno.EPERM;
    }
    boolean inUse =
        sealed && below(path).values().stream().anyMatch(each -> !each.claims.isEmpty());
    if (node.sealed == sealed || inUse) {
      return Errno.EBUSY;
    }
    node.sealed = sealed;
    return null;
  }
}
