package org.fdboxfs.policy.random;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.fdboxfs.fake.FakeDescriptor;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FdKind;
import org.jspecify.annotations.Nullable;

/** What is there, as one map from paths to nodes that is searched through for every question. */
class TinyTree {
  /** What a policy limits. */
  record Limits(
      int memfdOpens,
      int memfdWriters,
      boolean pipes,
      int perBox,
      int boxes,
      int perUser,
      long bytes) {}

  /** Who asks. */
  record Who(int uid, int pid) {
    boolean owns(Node node) {
      return uid == 0 || uid == node.uid;
    }
  }

  /** A claim. */
  record Held(Node node, int pid, boolean writes) {}

  /** Everything that is there; a directory has no kind. */
  static final class Node {
    final @Nullable FdKind kind;
    final @Nullable FakeDescriptor descriptor;
    final List<Held> claims = new ArrayList<>();
    int uid;
    int mode;
    long size;
    boolean sealed;
    String mark = "";

    Node(@Nullable FdKind kind, @Nullable FakeDescriptor descriptor, Who owner, int mode) {
      this.kind = kind;
      this.descriptor = descriptor;
      this.uid = owner.uid();
      this.mode = mode;
    }

    boolean directory() {
      return kind == null;
    }

    long writers() {
      return claims.stream().filter(Held::writes).count();
    }

    boolean memory() {
      return kind == FdKind.MEMFD;
    }
  }

  final TreeMap<String, Node> nodes = new TreeMap<>();
  final Map<FakeDescriptor, Integer> users = new HashMap<>();

  long boxesOf(int uid) {
    return nodes.entrySet().stream()
        .filter(each -> parent(each.getKey()).isEmpty() && each.getValue().uid == uid)
        .count();
  }

  long entriesOf(int uid) {
    return nodes.values().stream().filter(each -> !each.directory() && each.uid == uid).count();
  }

  long bytesOf(int uid) {
    return nodes.values().stream().filter(each -> each.uid == uid).mapToLong(n -> n.size).sum();
  }

  String link(String directory) {
    String mark = nodes.get(directory).mark;
    boolean devices =
        members(directory).stream()
            .anyMatch(each -> each.kind == FdKind.IOMMUFD || each.kind == FdKind.VFIO_DEVICE);
    return !mark.isEmpty() ? mark : devices ? "reserve" : "none";
  }

  List<Node> members(String directory) {
    List<Node> members = new ArrayList<>();
    below(directory)
        .forEach(
            (path, node) -> {
              if (parent(path).equals(directory) && !node.directory()) {
                members.add(node);
              }
            });
    return members;
  }

  Map<String, Node> below(String path) {
    return nodes.subMap(path + "/", path + "0"); // '0' follows '/'
  }

  long entriesIn(String box) {
    return entries(below(box));
  }

  static long entries(Map<String, Node> nodes) {
    return nodes.values().stream().filter(each -> !each.directory()).count();
  }

  int height(String directory) {
    return below(directory).entrySet().stream()
        .filter(each -> each.getValue().directory())
        .mapToInt(each -> depth(each.getKey()) - depth(directory))
        .max()
        .orElse(0);
  }

  boolean sealed(String path) {
    Node box = nodes.get(box(path));
    return box != null && box.sealed;
  }

  static String box(String path) {
    int end = path.indexOf('/', 1);
    return end < 0 ? path : path.substring(0, end);
  }

  static String parent(String path) {
    return path.substring(0, path.lastIndexOf('/'));
  }

  static int depth(String path) {
    return (int) path.chars().filter(c -> c == '/').count();
  }

  @Nullable Errno reaches(String path) {
    for (int end = path.indexOf('/', 1); end > 0; end = path.indexOf('/', end + 1)) {
      Node above = nodes.get(path.substring(0, end));
      if (above == null || !above.directory()) {
        return above == null ? Errno.ENOENT : Errno.ENOTDIR;
      }
    }
    return nodes.containsKey(path) ? null : Errno.ENOENT;
  }

  @Nullable Errno reachesDirectory(String path) {
    Errno errno = path.isEmpty() ? null : reaches(path);
    return errno == null && !path.isEmpty() && !nodes.get(path).directory() ? Errno.ENOTDIR : errno;
  }

  void drop(String path) {
    Node node = nodes.remove(path);
    if (node != null && !node.directory()) {
      use(node, -1);
    }
  }

  void use(@Nullable Node node, int more) {
    if (node != null && node.descriptor != null) {
      users.merge(node.descriptor, more, Integer::sum);
    }
  }
}
