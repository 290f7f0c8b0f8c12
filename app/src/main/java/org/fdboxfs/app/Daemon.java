package org.fdboxfs.app;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.fdboxfs.app.host.MountTable;
import org.fdboxfs.app.host.Unmounter;
import org.fdboxfs.chardev.Chardev;
import org.fdboxfs.fs.ControlDirectory;
import org.fdboxfs.fs.FdBoxFs;
import org.fdboxfs.fs.MountFacts;
import org.fdboxfs.fs.fuse.FuseSession;
import org.fdboxfs.fs.fuse.NativeSupport;
import org.fdboxfs.fs.socket.RuntimeDirectory;
import org.fdboxfs.fs.socket.Sockets;
import org.fdboxfs.linux.Linux;
import org.fdboxfs.linux.LinuxDescriptors;
import org.fdboxfs.linux.ProcTable;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FsException;
import org.fdboxfs.model.Timestamp;
import org.fdboxfs.policy.Guard;
import org.fdboxfs.policy.PolicySettings;
import org.fdboxfs.policy.rule.Limits;
import org.fdboxfs.registry.Registry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running mount: makes its parts, puts them together and serves until it is unmounted. */
final class Daemon {
  private static final Logger log = LoggerFactory.getLogger(Daemon.class);

  /**
   * One reads and answers what is quick; the others wait, at no cost, for it to come upon something
   * that takes long, such as allocating gigabytes.
   */
  private static final int DEFAULT_THREADS = 8;

  private static final int NOTIFY_BOX_MODE = 01777;

  private final DaemonConfig config;
  private final int threads;
  private final AtomicReference<FuseSession> session = new AtomicReference<>();

  private Daemon(DaemonConfig config) {
    this.config = config;
    this.threads = config.threads() == 0 ? DEFAULT_THREADS : config.threads();
  }

  /**
   * Mounts and serves until the mount ends.
   *
   * @param ready to be called once, as soon as the mount answers; standard output and error lead
   *     nowhere afterwards when the command runs in the background
   * @return the exit status of the command
   * @throws Failure when it cannot be mounted
   */
  static int run(DaemonConfig config, Runnable ready) {
    try {
      return new Daemon(config).serve(ready);
    } catch (FuseSession.MountException e) {
      throw new Failure(String.valueOf(e.getMessage()));
    } catch (FsException e) {
      throw new Failure("the kernel refused what a mount needs: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Fdboxfs.FAILED;
    }
  }

  /** Loads what a mount is made of. */
  static void warmUp() {
    DaemonConfig nothing =
        new DaemonConfig(
            Path.of("/"),
            Optional.empty(),
            Optional.empty(),
            false,
            1,
            true,
            false,
            Optional.empty(),
            List.of(),
            true);
    try {
      LinuxDescriptors descriptors = LinuxDescriptors.withShelves();
      Daemon daemon = new Daemon(nothing);
      Guard guard = daemon.guard(PolicySettings.DEFAULT, descriptors);
      daemon.filesystem(guard, descriptors, new ProcTable(), Map.of()).statfs();
      FuseSession.warmUp();
    } catch (FsException e) {
      log.warn("not everything could be loaded: {}", e.getMessage());
    }
  }

  private int serve(Runnable ready)
      throws FsException, FuseSession.MountException, InterruptedException {
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, bug) -> log.error("thread {} failed", thread.getName(), bug));
    // Before all else, see there: nothing is open yet that has to be closed some time.
    LinuxDescriptors descriptors = LinuxDescriptors.withShelves();
    ProcTable processes = new ProcTable();
    PolicySettings policy = policy();
    Guard guard = guard(policy, descriptors);
    Optional<RuntimeDirectory> runtime = runtimeDirectory();
    FdBoxFs fs =
        filesystem(
            guard, descriptors, processes, runtime.map(RuntimeDirectory::links).orElse(Map.of()));
    Optional<Chardev> chardev = chardev(guard, descriptors, processes, fs);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(runtime), "end"));
    FuseSession mounted =
        FuseSession.mount(
            new FuseSession.Settings(
                config.mountpoint().toString(),
                fuseOptions(),
                policy.modes() == PolicySettings.Modes.ENFORCED,
                threads,
                config.passthrough()),
            fs,
            processes,
            NativeSupport.wakeUp());
    session.set(mounted);
    guard.setWatcher(mounted.watcher());
    tellOwnDevice(descriptors);
    makeNotifyBox(guard, processes);
    if (runtime.isPresent()) {
      Sockets.start(runtime.get(), guard, descriptors, fs, processes, config.notifyBox());
    }
    chardev.ifPresent(Chardev::makeNodes);
    log.info("mounted on {}", config.mountpoint());
    ready.run();
    mounted.awaitUnmounted();
    session.set(null);
    log.info("unmounted");
    return Fdboxfs.OK;
  }

  private Optional<Chardev> chardev(
      Guard guard, LinuxDescriptors descriptors, ProcTable processes, FdBoxFs fs)
      throws FsException {
    if (!config.chardev()) {
      return Optional.empty();
    }
    Chardev chardev = new Chardev(guard, descriptors, processes);
    fs.control().show(new ChardevFiles(chardev.ioctls()));
    return Optional.of(chardev);
  }

  private void tellOwnDevice(LinuxDescriptors descriptors) {
    try {
      MountTable.read()
          .fdboxfsAt(config.mountpoint().toString())
          .ifPresent(mount -> descriptors.setOwnDevice(mount.device()));
    } catch (IOException e) {
      log.warn("the mount is not in the mount table: {}", e.getMessage());
    }
  }

  /** Without it there are no sockets, but all that needs none works. */
  private static Optional<RuntimeDirectory> runtimeDirectory() {
    try {
      return Optional.of(RuntimeDirectory.make(System.getenv(), Linux.effectiveUid()));
    } catch (IOException e) {
      log.warn("there are no sockets, for they have no place: {}", Failure.reason(e));
      return Optional.empty();
    }
  }

  /** The box that notifications without a box go to is there for everybody, as the root is. */
  private void makeNotifyBox(Guard guard, ProcTable processes) throws FsException {
    if (config.notifyBox().isEmpty()) {
      return;
    }
    Caller self =
        new Caller(
            Linux.effectiveUid(),
            Linux.effectiveGid(),
            (int) ProcessHandle.current().pid(),
            processes);
    try {
      guard.namespace().mkdir("/" + config.notifyBox().get(), NOTIFY_BOX_MODE, self);
    } catch (FsException e) {
      if (!e.errno().equals(Errno.EEXIST)) {
        throw e;
      }
    }
  }

  /** Also on SIGTERM, SIGINT and SIGHUP. */
  private void end(Optional<RuntimeDirectory> runtime) {
    unmount();
    runtime.ifPresent(
        directory -> {
          try {
            directory.remove();
          } catch (IOException e) {
            log.warn("the sockets stay behind: {}", e.toString());
          }
        });
  }

  private void unmount() {
    FuseSession mounted = session.getAndSet(null);
    if (mounted == null) {
      return;
    }
    try {
      mounted.unmount();
    } catch (FsException e) {
      unmountByHelper(e);
    }
  }

  /** Who is not root has to ask the set-user-id program. */
  private void unmountByHelper(FsException refusal) {
    try {
      Unmounter.Answer answer = new Unmounter(false).unmount(config.mountpoint().toString(), true);
      if (answer.outcome() != Unmounter.Outcome.DONE) {
        log.warn("cannot unmount: {}, {}", refusal.getMessage(), answer.text());
      }
    } catch (IOException e) {
      log.warn("cannot unmount: {}, {}", refusal.getMessage(), e.getMessage());
    }
  }

  private List<String> fuseOptions() {
    List<String> options = new ArrayList<>(config.fuseOptions());
    if (config.allowOther()) {
      options.add("allow_other");
    }
    return options;
  }

  /**
   * What the mount starts with.
   *
   * @throws Failure when the kernel is asked to compare modes that the policy ignores
   */
  private PolicySettings policy() {
    PolicySettings policy =
        config.policyFile().map(Wiring::readPolicy).orElse(PolicySettings.DEFAULT);
    if (policy.modes() == PolicySettings.Modes.IGNORED
        && config.fuseOptions().contains("default_permissions")) {
      throw new Failure("default_permissions: the policy says 'modes: ignored'");
    }
    return policy;
  }

  private Guard guard(PolicySettings policy, LinuxDescriptors descriptors) {
    return new Guard(
        new Registry(InstantSource.system(), Linux.effectiveUid(), Linux.effectiveGid()),
        policy,
        Limits.fitting(Runtime.getRuntime().maxMemory(), descriptors.capacity()));
  }

  private FdBoxFs filesystem(
      Guard guard, LinuxDescriptors descriptors, ProcTable processes, Map<String, String> links) {
    ControlDirectory control =
        new ControlDirectory(
            guard,
            facts(),
            processes,
            NativeSupport::wakeUp,
            NativeSupport.memory(),
            Timestamp.of(Instant.now()),
            Linux.effectiveUid(),
            Linux.effectiveGid(),
            links);
    return new FdBoxFs(
        guard, descriptors, control, NativeSupport.figures(), NativeSupport.memory());
  }

  private MountFacts facts() {
    return new MountFacts(
        (int) ProcessHandle.current().pid(),
        version(),
        config.mountpoint().toString(),
        "none",
        System.getProperty("os.version", ""),
        threads,
        () -> {
          FuseSession mounted = session.get();
          return mounted != null && mounted.passthrough();
        },
        config.policyFile().map(Object::toString).orElse("default"));
  }

  private static String version() {
    try {
      return Fdboxfs.Version.text();
    } catch (IOException e) {
      return "unknown";
    }
  }
}
