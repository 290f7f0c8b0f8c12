package org.fdboxfs.policy.random;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.fdboxfs.fake.FakeDescriptor;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.Attributes;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FsException;
import org.fdboxfs.policy.AttributeChange;
import org.fdboxfs.policy.ExtendedAttributes.SetMode;
import org.fdboxfs.policy.Inspection.BoxView;
import org.fdboxfs.policy.Inspection.ClaimView;
import org.fdboxfs.policy.Inspection.EntryView;
import org.fdboxfs.policy.Lease;
import org.fdboxfs.policy.Listing;
import org.fdboxfs.policy.Rig;
import org.fdboxfs.policy.Target;
import org.fdboxfs.policy.random.TinyTree.Held;
import org.fdboxfs.policy.random.TinyTree.Limits;
import org.fdboxfs.policy.random.TinyTree.Node;
import org.fdboxfs.policy.random.TinyTree.Who;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Thousands of random operations do what the tiny model says; {@code -Dfdboxfs.seed=N} adds one.
 */
class RandomOperationsTest {
  private static final int STEPS = 4_000;
  private static final String[] NAMES = {"a", "b", "c"};
  private static final int[] UIDS = {0, 1000, 2000};
  private static final Limits WIDE =
      new Limits(Integer.MAX_VALUE, Integer.MAX_VALUE, true, 1000, 1000, 1000, 1_000_000);
  private static final Limits NARROW = new Limits(2, 1, false, 4, 2, 7, 1_000);
  private static final FdKind[] KINDS = {
    FdKind.MEMFD,
    FdKind.MEMFD,
    FdKind.MEMFD,
    FdKind.PIPE,
    FdKind.VFIO_DEVICE,
    FdKind.IOMMUFD,
    FdKind.EPOLL
  };
  private static final String[] MARKS = {"reserve", "in-order", "together", "none"};

  /** A step that may be refused. */
  private interface Step {
    void run() throws FsException;
  }

  /** An open handle, in both worlds. */
  private record Open(Lease lease, Held held) {}

  static LongStream seeds() {
    Long own = Long.getLong("fdboxfs.seed");
    LongStream fixed = LongStream.rangeClosed(1, 8);
    return own == null ? fixed : LongStream.concat(fixed, LongStream.of(own));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void theGuardDoesWhatTheModelSays(long seed) throws FsException {
    new Run(seed).run();
  }

  private static final class Run {
    private final SplittableRandom random;
    private final Rig rig = new Rig();
    private final TinyModel model = new TinyModel(WIDE);
    private final List<Open> open = new ArrayList<>();
    private final Map<String, Integer> outcomes = new TreeMap<>();
    private String doing = "";

    Run(long seed) throws FsException {
      random = new SplittableRandom(seed);
      rig.guard.namespace().rmdir(Rig.BOX, rig.alice);
      changePolicy();
    }

    void run() throws FsException {
      for (int step = 0; step < STEPS; step++) {
        Errno expected = step();
        outcomes.merge(String.valueOf(expected), 1, Integer::sum);
        compare("step " + step + ": " + doing);
      }
      assertThat(outcomes)
          .as("every class of outcome was met")
          .containsKeys("null", "EBUSY", "EROFS", "EDQUOT", "ENOLINK", "EOPNOTSUPP", "ENOTEMPTY");
      for (Open each : open) {
        rig.release(each.lease());
      }
      rig.assertNothingHeld();
    }

    /** Makes one random step in both worlds; returns what the model says. */
    private @Nullable Errno step() throws FsException {
      Who who = new Who(UIDS[random.nextInt(UIDS.length)], 100 + random.nextInt(3));
      Caller caller = rig.processes.caller(who.uid(), who.uid(), who.pid());
      String path = path();
      doing = who + " " + path;
      return switch (random.nextInt(20)) {
        case 0, 1, 2, 3 -> put(who, caller, path);
        case 4, 5, 6, 7 -> open(who, caller, path);
        case 8, 9, 10 -> release();
        case 11 -> create(who, caller, path);
        case 12, 13 -> mkdir(who, caller, path);
        case 14 -> remove(caller, path);
        case 15, 16 -> rename(caller, path, path());
        case 17 -> change(who, caller, path);
        case 18 -> mark(who, caller, path);
        default -> rare(who, caller, path);
      };
    }

    private String path() {
      if (!model.nodes.isEmpty() && random.nextInt(2) == 0) {
        return List.copyOf(model.nodes.keySet()).get(random.nextInt(model.nodes.size()));
      }
      StringBuilder path = new StringBuilder();
      for (int left = 1 + random.nextInt(4); left > 0; left--) {
        path.append('/').append(NAMES[random.nextInt(NAMES.length)]);
      }
      return path.toString();
    }

    private @Nullable Errno put(Who who, Caller caller, String path) {
      FdKind kind = KINDS[random.nextInt(KINDS.length)];
      long size = kind == FdKind.MEMFD ? random.nextInt(400) : 0;
      FakeDescriptor descriptor =
          kind == FdKind.MEMFD ? FakeDescriptor.memory(size) : new FakeDescriptor(kind);
      doing += " put " + kind;
      return both(
          model.put(who, path, descriptor, size, 0640),
          () -> rig.guard.puts().put(path, 0640, caller, rig.offer(descriptor)));
    }

    private @Nullable Errno open(Who who, Caller caller, String path) {
      boolean writes = random.nextBoolean();
      doing += writes ? " open for writing" : " open";
      Errno expected = model.open(who, path, writes);
      return both(
          expected,
          () -> {
            Access access = writes ? Access.READ_WRITE : Access.READ;
            remember(path, rig.guard.claims().open(path, access, caller));
          });
    }

    private void remember(String path, Lease lease) {
      Node node = model.nodes.get(path);
      assertThat(node).as(doing).isNotNull();
      open.add(new Open(lease, node.claims.get(node.claims.size() - 1)));
    }

    private @Nullable Errno release() {
      doing = "release";
      if (!open.isEmpty()) {
        Open ended = open.remove(random.nextInt(open.size()));
        model.release(ended.held());
        rig.release(ended.lease());
        if (random.nextInt(4) == 0) {
          rig.release(ended.lease());
        }
      }
      return null;
    }

    private @Nullable Errno create(Who who, Caller caller, String path) {
      FakeDescriptor descriptor = FakeDescriptor.memory(0);
      doing += " create";
      return both(
          model.create(who, path, descriptor, 0600),
          () ->
              remember(
                  path,
                  rig.guard
                      .puts()
                      .create(path, 0600, Access.READ_WRITE, caller, rig.offer(descriptor))));
    }

    private @Nullable Errno mkdir(Who who, Caller caller, String path) {
      doing += " mkdir";
      return both(model.mkdir(who, path, 0755), () -> rig.mkdir(path, 0755, caller));
    }

    private @Nullable Errno remove(Caller caller, String path) {
      boolean directory = random.nextBoolean();
      doing += directory ? " rmdir" : " unlink";
      return both(
          model.remove(path, directory),
          () -> {
            if (directory) {
              rig.guard.namespace().rmdir(path, caller);
            } else {
              rig.guard.namespace().unlink(path, caller);
            }
          });
    }

    private @Nullable Errno rename(Caller caller, String from, String to) {
      boolean keep = random.nextInt(4) == 0;
      doing += " rename to " + to + (keep ? " if free" : "");
      return both(
          model.rename(from, to, keep), () -> rig.guard.namespace().rename(from, to, keep, caller));
    }

    private @Nullable Errno change(Who who, Caller caller, String path) {
      int kind = random.nextInt(3);
      if (kind == 0) {
        int mode = random.nextInt(07777);
        doing += " chmod";
        return both(
            model.setattr(path, node -> node.mode = mode),
            () -> setattr(path, AttributeChange.mode(mode), caller));
      }
      if (kind == 1) {
        int uid = UIDS[random.nextInt(UIDS.length)];
        doing += " chown " + uid;
        return both(
            model.setattr(path, node -> node.uid = uid),
            () -> setattr(path, AttributeChange.owner(uid, -1), caller));
      }
      long size = random.nextInt(3) == 0 ? 0 : random.nextInt(700);
      doing += " truncate " + size;
      return both(
          model.truncate(who, path, size), () -> setattr(path, AttributeChange.size(size), caller));
    }

    private void setattr(String path, AttributeChange change, Caller caller) throws FsException {
      rig.guard.metadata().setattr(Target.at(path), change, caller);
    }

    private @Nullable Errno mark(Who who, Caller caller, String path) {
      if (random.nextInt(3) == 0) {
        doing += " note";
        byte[] value = doing.getBytes(StandardCharsets.UTF_8);
        return both(
            model.setattr(path, node -> {}),
            () -> rig.guard.attributes().set(path, "user.note", value, SetMode.ANY, caller));
      }
      String value = MARKS[random.nextInt(MARKS.length)];
      doing += " mark " + value;
      return both(
          model.mark(who, path, value), () -> rig.mark(path, "user.fdbox.link", value, caller));
    }

    private @Nullable Errno rare(Who who, Caller caller, String path) {
      if (random.nextInt(8) == 0) {
        model.limits = model.limits.equals(WIDE) ? NARROW : WIDE;
        doing = "policy " + model.limits;
        changePolicy();
        return null;
      }
      boolean seal = random.nextInt(3) == 0;
      String box = random.nextInt(8) == 0 ? path : path.substring(0, 2);
      doing += (seal ? " seal " : " unseal ") + box;
      String state = seal ? "sealed" : "live";
      return both(
          model.seal(who, box, seal), () -> rig.mark(box, "user.fdbox.state", state, caller));
    }

    private void changePolicy() {
      Limits limits = model.limits;
      rig.setPolicy(
          """
          kinds: { pipe: { allow: %b } }
          rules: [{ id: few, match: { kind: memfd }, opens: %s, writers: %s }]
          quotas: { entriesPerBox: %d, boxesPerUser: %d, entriesPerUser: %d, bytesPerUser: %d }
          """
              .formatted(
                  limits.pipes(),
                  yaml(limits.memfdOpens()),
                  yaml(limits.memfdWriters()),
                  limits.perBox(),
                  limits.boxes(),
                  limits.perUser(),
                  limits.bytes()));
    }

    private static String yaml(int limit) {
      return limit == Integer.MAX_VALUE ? "unlimited" : Integer.toString(limit);
    }

    private @Nullable Errno both(@Nullable Errno expected, Step step) {
      Errno actual = null;
      try {
        step.run();
      } catch (FsException e) {
        actual = e.errno();
      }
      assertThat(actual).as(doing).isEqualTo(expected);
      return expected;
    }

    private void compare(String step) throws FsException {
      Map<String, String> tree = new TreeMap<>();
      collect("", tree);
      assertThat(tree).as(step).isEqualTo(modelTree());
      assertThat(claims()).as(step).isEqualTo(modelClaims());
      for (int uid : UIDS) {
        var account = rig.registry.account(uid);
        assertThat(List.of((long) account.boxes(), (long) account.entries(), account.bytes()))
            .as("%s: account of %d", step, uid)
            .containsExactly(model.boxesOf(uid), model.entriesOf(uid), model.bytesOf(uid));
      }
      model.users.forEach(
          (descriptor, users) -> assertThat(descriptor.users()).as(step).isEqualTo(users));
      model.users.values().removeIf(users -> users == 0);
      assertThat(rig.guard.inspection().totals().claims()).as(step).isEqualTo(open.size());
    }

    private void collect(String directory, Map<String, String> tree) throws FsException {
      Listing listing =
          rig.guard.namespace().list(Target.at(directory.isEmpty() ? "/" : directory));
      for (int i = 0; i < listing.size(); i++) {
        String path = directory + "/" + listing.name(i);
        Attributes shown = rig.guard.metadata().attributes(Target.at(path));
        tree.put(path, line(shown.directory(), shown.uid(), shown.mode(), shown.size()));
        if (shown.directory()) {
          collect(path, tree);
        }
      }
    }

    private Map<String, String> modelTree() {
      Map<String, String> tree = new TreeMap<>();
      model.nodes.forEach(
          (path, node) -> tree.put(path, line(node.directory(), node.uid, node.mode, node.size)));
      return tree;
    }

    private static String line(boolean directory, int uid, int mode, long size) {
      return (directory ? "d " : "- ") + uid + " " + Integer.toOctalString(mode) + " " + size;
    }

    private Map<String, List<Integer>> claims() {
      Map<String, List<Integer>> claims = new TreeMap<>();
      for (BoxView box : rig.guard.inspection().boxes(rig.root).boxes()) {
        for (EntryView entry : box.entries()) {
          Stream<Integer> pids = entry.claimants().stream().map(ClaimView::pid);
          claims.put("/" + box.name() + "/" + entry.path(), pids.toList());
        }
      }
      return claims;
    }

    private Map<String, List<Integer>> modelClaims() {
      Map<String, List<Integer>> claims = new TreeMap<>();
      model.nodes.forEach(
          (path, node) -> {
            if (!node.directory()) {
              claims.put(path, node.claims.stream().map(Held::pid).toList());
            }
          });
      return claims;
    }
  }
}
