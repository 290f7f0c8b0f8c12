package org.fdboxfs.fs.fuse;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntPredicate;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import jnr.ffi.Struct;
import org.fdboxfs.fs.FdBoxFs;
import org.fdboxfs.fs.WakeUp;
import org.fdboxfs.linux.Epoll;
import org.fdboxfs.linux.Linux;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FsException;
import org.fdboxfs.model.NativeBuffer;
import org.fdboxfs.model.ProcessTable;
import org.fdboxfs.policy.Watcher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One mount: from {@link #mount} until it is unmounted, by whomever. Threads of ours read requests
 * and let libfuse process them, so that callbacks run on attached threads, and see every request
 * and reply on the way.
 */
public final class FuseSession {
  /** The largest read or write, in bytes: what libfuse 2 tells the kernel with big_writes. */
  static final int MAX_IO = 128 * 1024;

  /** Above a write of that size and its header. */
  private static final int BUFFER = MAX_IO + 4096;

  private static final Logger log = LoggerFactory.getLogger(FuseSession.class);
  private static final Runtime RUNTIME = Runtime.getSystemRuntime();

  /**
   * How to mount.
   *
   * @param mountpoint absolute path of a directory
   * @param options of {@code -o}, without the ones below
   * @param modesEnforced whether the kernel compares modes and owners before it asks us
   * @param threads that serve, at least 1
   * @param passthrough whether memory may be used through FUSE passthrough
   */
  public record Settings(
      String mountpoint,
      List<String> options,
      boolean modesEnforced,
      int threads,
      boolean passthrough) {}

  /** Thrown when the mount could not be made; libfuse has said why on standard error. */
  public static final class MountException extends Exception {
    private static final long serialVersionUID = 1L;

    MountException(String message) {
      super(message);
    }
  }

  /**
   * What the filesystem needs to be right (facts of libfuse 2): inode numbers are ours, an unlink
   * is an unlink, and writes come in more than 4 KiB.
   */
  private static final List<String> OWN_OPTIONS =
      List.of("use_ino", "hard_remove", "big_writes", "attr_timeout=1");

  private final LibFuse2 libfuse;
  private final FuseAdapter adapter;
  private final OpenReplies opens;
  private final Nodes nodes = new Nodes();
  private final LibFuse2.ChannelOperations channelOperations;
  private final Pointer session;
  private final Pointer channel;
  private final int device;
  private final Passthrough passthrough;
  private final ReplyPatches patches;
  private final Replies replies;
  private final RememberedNames remembered;
  private final Requests requests;
  private final StreamWaiter waiter;
  private final Settings settings;
  private final Turns<Pointer> turns;
  private final List<Thread> threads = new ArrayList<>();

  /** Held by the thread that reads; see the package. */
  private final ReentrantLock reading = new ReentrantLock();

  @GuardedBy("reading")
  private boolean ended;

  private FuseSession(
      LibFuse2 libfuse,
      Settings settings,
      FdBoxFs fs,
      ProcessTable processes,
      WakeUp wakeUp,
      Epoll waiting)
      throws MountException {
    this.libfuse = libfuse;
    this.settings = settings;
    this.turns = new Turns<>(settings.threads());
    this.passthrough = new Passthrough(fs::isListed);
    this.opens = new OpenReplies(fs, passthrough);
    this.adapter = new FuseAdapter(fs, processes, opens);
    this.session = libfuse.fuse_get_session(setUp(libfuse, settings, adapter));
    Pointer kernelChannel = libfuse.fuse_session_next_chan(session, null);
    this.device = libfuse.fuse_chan_fd(kernelChannel);
    this.patches = new ReplyPatches(device, opens, nodes, passthrough, settings.passthrough());
    this.replies = new Replies(device);
    this.waiter = new StreamWaiter(wakeUp, waiting, replies);
    StreamRequests streams = new StreamRequests(fs, replies, waiter);
    waiter.setAttempt(streams::attempt);
    opens.onRelease(waiter::forget);
    this.requests =
        new Requests(
            fs, processes, replies, opens, nodes, streams, waiter, mayEnter(settings.options()));
    this.channelOperations = channelOperations(patches);
    libfuse.fuse_session_remove_chan(kernelChannel);
    this.channel = libfuse.fuse_chan_new(channelOperations, device, BUFFER, null);
    libfuse.fuse_session_add_chan(session, channel);
    this.remembered = new RememberedNames(libfuse, session, channel, nodes, replies, opens);
  }

  /**
   * Mounts and serves on threads of its own; returns when the mount is usable.
   *
   * @param wakeUp owned by the session
   * @throws MountException libfuse refused, or is not installed
   * @throws FsException {@code EMFILE}
   */
  public static FuseSession mount(
      Settings settings, FdBoxFs fs, ProcessTable processes, WakeUp wakeUp)
      throws MountException, FsException, InterruptedException {
    LibFuse2 libfuse;
    try {
      libfuse = LibFuse2.load();
    } catch (UnsatisfiedLinkError e) {
      throw new MountException("libfuse.so.2 is not installed (Debian package libfuse2)");
    }
    Epoll waiting = StreamWaiter.prepare(wakeUp);
    FuseSession made = new FuseSession(libfuse, settings, fs, processes, wakeUp, waiting);
    made.start();
    made.patches.awaitInitialised();
    return made;
  }

  /** Loads the library and makes its interface, which takes a good part of a start. */
  public static void warmUp() {
    LibFuse2.load();
  }

  /** The kernel knows no allow_root: libfuse asks it for allow_other and sorts out the rest. */
  private static IntPredicate mayEnter(List<String> options) {
    if (!options.contains("allow_root")) {
      return uid -> true;
    }
    int owner = Linux.effectiveUid();
    return uid -> uid == 0 || uid == owner;
  }

  private static Pointer setUp(LibFuse2 libfuse, Settings settings, FuseAdapter adapter)
      throws MountException {
    List<String> options = new ArrayList<>(OWN_OPTIONS);
    if (settings.modesEnforced()) {
      options.add("default_permissions");
    }
    options.addAll(settings.options());
    String[] arguments = {"fdboxfs", "-f", "-o", String.join(",", options), settings.mountpoint()};
    Pointer results = Memory.allocateDirect(RUNTIME, 32, true);
    Pointer fuse =
        libfuse.fuse_setup(
            arguments.length,
            arguments,
            adapter.operations(),
            Struct.size(adapter.operations()),
            results,
            results.slice(16),
            null);
    if (fuse == null) {
      throw new MountException("libfuse could not mount on " + settings.mountpoint());
    }
    return fuse;
  }

  private static LibFuse2.ChannelOperations channelOperations(ReplyPatches patches) {
    LibFuse2.ChannelOperations operations = new LibFuse2.ChannelOperations(RUNTIME);
    operations.useMemory(Memory.allocateDirect(RUNTIME, Struct.size(operations), true));
    operations.receive.set((channel, buffer, size) -> -Errno.EIO.code()); // our threads read
    operations.send.set(
        (channel, vectors, count) ->
            CallbackGuard.guard("reply", count, () -> patches.send(vectors, count)));
    operations.destroy.set(channel -> {});
    return operations;
  }

  private void start() {
    for (int i = 1; i <= settings.threads(); i++) {
      threads.add(start(this::serve, "fuse-" + i));
    }
    threads.add(start(waiter, "streams"));
  }

  private static Thread start(Runnable work, String name) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** Who has to hear of what changes without a request of the kernel's. */
  public Watcher watcher() {
    return remembered;
  }

  /** Whether memory is used through passthrough at this moment. */
  public boolean passthrough() {
    return passthrough.isEnabled();
  }

  /**
   * Unmounts; who is still inside keeps what it has mapped, and gets ENOTCONN for the rest.
   *
   * @throws FsException errno of umount2(2)
   */
  public void unmount() throws FsException {
    Linux.unmount(settings.mountpoint(), true);
  }

  /** Waits until the mount is gone. */
  public void awaitUnmounted() throws InterruptedException {
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } finally {
      // What native code calls must not be collected before: its calls would succeed silently.
      Reference.reachabilityFence(adapter);
      Reference.reachabilityFence(channelOperations);
    }
  }

  private void serve() {
    CurrentRequest current = new CurrentRequest();
    current.bind();
    Pointer buffer = Memory.allocateDirect(RUNTIME, BUFFER);
    NativeBuffer room = new NativeBuffer(buffer.address(), BUFFER);
    try {
      while (servedOrFailed(current, buffer, room)) {}
    } catch (FsException e) {
      log.error("the kernel gives no more requests: {}", e.getMessage());
    } finally {
      waiter.stop();
    }
  }

  /** A bug in one request is no reason to drop what is preserved: the others go on. */
  private boolean servedOrFailed(CurrentRequest current, Pointer buffer, NativeBuffer room)
      throws FsException {
    try {
      return serveSome(current, buffer, room);
    } catch (RuntimeException | Error e) {
      giveUp(current, e);
      return true;
    }
  }

  private void giveUp(CurrentRequest current, Throwable bug) {
    try {
      replies.error(current.unique(), Errno.EIO);
      log.error("{} failed", current, bug);
    } catch (RuntimeException | Error e) {
      return; // there is no memory to say so; the thread is still needed
    }
  }

  /**
   * Reads and answers until a request has come that may take its time, and answers that one after
   * letting the next reader in, or keeps it until it is its user's turn. Handing the reading over
   * with every request would cost more than most requests: a wake-up of another thread.
   *
   * @return false when the mount is gone
   */
  private boolean serveSome(CurrentRequest current, Pointer buffer, NativeBuffer room)
      throws FsException {
    reading.lock();
    try {
      do {
        long length = ended ? 0 : read(room);
        if (length == 0) {
          ended = true;
          return false;
        }
        current.read(buffer);
      } while (answeredQuickly(current, buffer));
    } finally {
      reading.unlock();
    }
    if (requests.isSoonDone(current.opcode(), buffer)) {
      process(current, buffer);
    } else {
      processInTurn(current, buffer);
    }
    return true;
  }

  /** Serves the request if it is its user's turn, and then those that have waited meanwhile. */
  private void processInTurn(CurrentRequest current, Pointer buffer) {
    if (!isTurn(current, buffer)) {
      return;
    }
    Turns.Turn<Pointer> turn = new Turns.Turn<>(current.uid(), buffer);
    while (turn != null) {
      try {
        current.read(turn.request());
        current.setUnhurried();
        process(current, turn.request());
      } catch (RuntimeException | Error e) {
        giveUp(current, e);
      } finally {
        Reference.reachabilityFence(turn); // the address alone would not keep what was copied
      }
      turn = turns.end(turn.uid());
    }
  }

  private boolean isTurn(CurrentRequest current, Pointer buffer) {
    try {
      return turns.begin(current.uid(), new Postponable(buffer));
    } catch (FsException e) {
      replies.error(current.unique(), e.errno());
      return false;
    }
  }

  /** A request in a buffer that the next will be read to. */
  private record Postponable(Pointer buffer) implements Turns.Request<Pointer> {
    @Override
    public int bytes() {
      return buffer.getInt(Protocol.IN_LENGTH);
    }

    @Override
    public Pointer copy() {
      Pointer copy = Memory.allocateDirect(RUNTIME, bytes());
      buffer.transferTo(0, copy, 0, bytes());
      return copy;
    }
  }

  private boolean answeredQuickly(CurrentRequest current, Pointer buffer) {
    if (current.opcode() == Protocol.INIT) {
      patches.initRequested(buffer);
    }
    if (requests.serveStream(current, buffer)) {
      return true;
    }
    boolean quick = requests.isQuick(current.opcode(), buffer);
    if (quick) {
      process(current, buffer);
    }
    return quick;
  }

  /** The length of the next request; 0 when the mount is gone. */
  private long read(NativeBuffer room) throws FsException {
    while (true) {
      try {
        return Linux.read(device, room);
      } catch (FsException e) {
        if (e.errno().equals(Errno.ENODEV)) {
          return 0;
        }
        boolean again =
            e.errno().equals(Errno.EINTR)
                || e.errno().equals(Errno.EAGAIN)
                || e.errno().equals(Errno.ENOENT); // the request was taken back
        if (!again) {
          throw e;
        }
      }
    }
  }

  private void process(CurrentRequest current, Pointer buffer) {
    if (!requests.serve(current, buffer)) {
      libfuse.fuse_session_process(
          session, buffer.address(), buffer.getInt(Protocol.IN_LENGTH), channel);
    }
  }
}
