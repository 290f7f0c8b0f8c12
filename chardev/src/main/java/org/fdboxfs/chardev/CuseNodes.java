package org.fdboxfs.chardev;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.fdboxfs.linux.Epoll;
import org.fdboxfs.linux.Linux;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FsException;
import org.fdboxfs.model.NativeBuffer;
import org.fdboxfs.model.ProcessTable;
import org.fdboxfs.policy.Boxes;
import org.fdboxfs.policy.Guard;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The nodes in {@code /dev/fdbox}: one for control and one for each box, as long as it is there and
 * has the name. One thread makes, serves and removes them all; they end with the process.
 */
final class CuseNodes {
  private static final Logger log = LoggerFactory.getLogger(CuseNodes.class);

  /**
   * A session of libfuse keeps one of the 1,024 keys for thread-specific data that a process can
   * have (pthread_key_create(3)), and some must be left for the JVM.
   */
  static final int MOST = 1010;

  private static final String DIRECTORY = "fdbox/";
  private static final Path CONTROL_NODE = Path.of("/dev", DIRECTORY, NodeNames.CONTROL);
  private static final long WAKE_UP = 0;

  /** A node. */
  private record Node(String name, long device, int minor, CuseLibrary.Session session) {}

  private final Guard guard;
  private final Ioctls ioctls;
  private final ProcessTable processes;
  private final CuseLibrary library;
  private final Epoll epoll;
  private final int wakeUp;
  private final Pointer one = Memory.allocateDirect(Runtime.getSystemRuntime(), 8, true);
  private final Pointer drained = Memory.allocateDirect(Runtime.getSystemRuntime(), 8, true);

  /** By their devices, which are never 0 but for control, and then by what epoll tells. */
  private final Map<Long, Node> byDevice = new HashMap<>();

  private final Map<Long, Node> byToken = new HashMap<>();
  private final BitSet minors = new BitSet();

  /** Boxes that could have a node, and for which there was none to be had. */
  private final Set<Long> withoutNode = new HashSet<>();

  private long nextToken = WAKE_UP + 1;
  private int major;

  private CuseNodes(Guard guard, Ioctls ioctls, ProcessTable processes, CuseLibrary library)
      throws FsException {
    this.guard = guard;
    this.ioctls = ioctls;
    this.processes = processes;
    this.library = library;
    this.epoll = Epoll.create();
    this.wakeUp = Linux.eventfd();
    one.putLong(0, 1);
  }

  /**
   * Makes the nodes of what there is, and serves on a thread of its own.
   *
   * @throws FsException why there can be none; {@code EEXIST} another mount has them
   */
  static void start(Guard guard, Ioctls ioctls, ProcessTable processes) throws FsException {
    if (!Files.exists(Path.of(CuseLibrary.DEVICE))) {
      throw new FsException(
          Errno.ENODEV, CuseLibrary.DEVICE + " is missing: 'modprobe cuse' as root");
    }
    if (!Files.isWritable(Path.of(CuseLibrary.DEVICE))) {
      throw new FsException(Errno.EACCES, CuseLibrary.DEVICE + " is for root");
    }
    if (Files.exists(CONTROL_NODE)) {
      throw new FsException(Errno.EEXIST, CONTROL_NODE + " is there already, of another mount");
    }
    LibCuse lib;
    try {
      lib = LibCuse.load();
    } catch (UnsatisfiedLinkError e) {
      throw new FsException(Errno.ENOSYS, "libfuse.so.2 does not load");
    }
    CuseNodes nodes = new CuseNodes(guard, ioctls, processes, new CuseLibrary(lib));
    boolean begun = false;
    try {
      nodes.begin();
      begun = true;
    } finally {
      if (!begun) {
        nodes.end();
      }
    }
    Thread thread = new Thread(nodes::run, "cuse");
    thread.setDaemon(true);
    thread.start();
  }

  private void begin() throws FsException {
    add(NodeNames.CONTROL, Ioctls.CONTROL);
    major = majorOf(CONTROL_NODE);
    epoll.add(wakeUp, Epoll.READABLE, WAKE_UP);
    guard.boxes().onChange(this::boxesChanged);
    follow();
  }

  /** The kernel has few majors to give, so all nodes share the one that the first got. */
  private static int majorOf(Path node) throws FsException {
    try {
      long device = ((Number) Files.getAttribute(node, "unix:rdev")).longValue();
      return (int) (((device >> 8) & 0xfff) | ((device >> 32) & ~0xfffL));
    } catch (IOException e) {
      throw new FsException(Errno.ENOENT, node + " does not appear: /dev is no devtmpfs");
    }
  }

  /** On any thread. */
  private void boxesChanged() {
    try {
      Linux.write(wakeUp, new NativeBuffer(one.address(), 8));
    } catch (FsException e) {
      log.debug("the nodes are behind already: {}", e.getMessage());
    }
  }

  private void run() {
    try {
      while (true) {
        long token = epoll.await();
        if (token == WAKE_UP) {
          Linux.read(wakeUp, new NativeBuffer(drained.address(), 8));
        }
        step(token);
      }
    } catch (FsException e) {
      log.error("the nodes cannot be served any more: {}", e.getMessage());
    } finally {
      end();
    }
  }

  /** Who uses a node that nobody serves would wait for ever. */
  private void end() {
    List.copyOf(byToken.values()).forEach(this::remove);
  }

  private void step(long token) {
    try {
      if (token == WAKE_UP) {
        follow();
      } else {
        serve(token);
      }
    } catch (RuntimeException | Error e) {
      log.error("serving a node failed", e);
    }
  }

  /** Makes the nodes those of the boxes that there are. */
  private void follow() {
    List<Boxes.View> boxes = guard.boxes().all();
    Map<Long, String> names = new HashMap<>();
    boxes.forEach(box -> names.put(box.inode(), box.name()));
    for (Node node : List.copyOf(byToken.values())) {
      if (node.device() != Ioctls.CONTROL && !node.name().equals(names.get(node.device()))) {
        remove(node);
      }
    }
    withoutNode.retainAll(names.keySet());
    for (Boxes.View box : boxes) {
      if (!byDevice.containsKey(box.inode()) && NodeNames.hasNode(box.name())) {
        tryAdd(box);
      }
    }
  }

  private void tryAdd(Boxes.View box) {
    try {
      add(box.name(), box.inode());
      withoutNode.remove(box.inode());
    } catch (FsException e) {
      if (withoutNode.isEmpty()) { // the next will lack one for the same reason
        log.warn("box '{}' has no node: {}", box.name(), e.getMessage());
      }
      withoutNode.add(box.inode());
    }
  }

  private void add(String name, long device) throws FsException {
    if (byDevice.size() == MOST) {
      throw new FsException(Errno.EBUSY, "there are " + MOST + " nodes already");
    }
    int minor = minors.nextClearBit(0);
    Node node = new Node(name, device, minor, library.open(DIRECTORY + name, major, minor));
    long token = nextToken++;
    boolean watched = false;
    try {
      epoll.add(node.session().fd(), Epoll.READABLE, token);
      watched = true;
    } finally {
      if (!watched) {
        library.close(node.session());
      }
    }
    minors.set(minor);
    byDevice.put(device, node);
    byToken.put(token, node);
  }

  private void remove(Node node) {
    byDevice.remove(node.device());
    byToken.values().remove(node);
    minors.clear(node.minor());
    library.close(node.session());
  }

  private void serve(long token) {
    Node node = byToken.get(token);
    if (node == null) {
      return;
    }
    if (!goesOn(node)) {
      remove(node);
      return;
    }
    CuseLibrary.Call call = library.take();
    if (call != null) {
      answer(node, call);
    }
  }

  private boolean goesOn(Node node) {
    try {
      if (library.process(node.session())) {
        return true;
      }
      log.warn("the kernel has ended the node of '{}'", node.name());
    } catch (FsException e) {
      log.warn("the node of '{}' gives no requests: {}", node.name(), e.getMessage());
    }
    return false;
  }

  /** Every call gets an answer, or its caller could not even be killed. */
  private void answer(Node node, CuseLibrary.Call call) {
    Errno refusal = Errno.EIO;
    try {
      Caller direct = new Caller(call.uid(), call.gid(), call.thread(), processes);
      Command command = ioctls.begin(node.device(), Command.ofNumber(call.number()), direct);
      if (call.bytes().capacity() < command.bytes()) {
        library.askFor(call, command.bytes());
        return;
      }
      ioctls.run(node.device(), command, call.bytes().array(), direct);
      if (command == Command.CREATE_BOX) {
        requireNode(new Struct(command, call.bytes().array()).name(), direct);
      } else if (command == Command.DELETE_BOX) {
        follow();
      }
      library.succeed(call);
      return;
    } catch (FsException e) {
      log.debug("ioctl {} on '{}': {}", call.number(), node.name(), e.getMessage());
      refusal = e.errno();
    } catch (RuntimeException | Error e) {
      log.error("ioctl {} on '{}' failed", call.number(), node.name(), e);
    }
    library.refuse(call, refusal);
  }

  /** Who makes a box here expects its node at once, and nothing when there is none to be had. */
  private void requireNode(String name, Caller caller) throws FsException {
    follow();
    boolean there =
        guard.boxes().named(name).map(box -> byDevice.containsKey(box.inode())).orElse(true);
    if (!there) {
      takeBack(name, caller);
      throw new FsException(Errno.EBUSY, "there is no node to be had");
    }
  }

  /** If the box is empty: somebody may have found it on the mount and put something into it. */
  private void takeBack(String name, Caller caller) {
    try {
      guard.namespace().rmdir("/" + name, caller);
    } catch (FsException e) {
      log.warn("box '{}' has no node: {}", name, e.getMessage());
    }
  }
}
