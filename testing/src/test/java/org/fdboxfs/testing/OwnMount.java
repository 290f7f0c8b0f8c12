package org.fdboxfs.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.fdboxfs.fs.ControlDirectory;
import org.fdboxfs.fs.FdBoxFs;
import org.fdboxfs.fs.MemoryFigures;
import org.fdboxfs.fs.MountFacts;
import org.fdboxfs.fs.WakeUp;
import org.fdboxfs.fs.fuse.FuseSession;
import org.fdboxfs.fs.fuse.NativeSupport;
import org.fdboxfs.model.DescriptorSource;
import org.fdboxfs.model.ProcessTable;
import org.fdboxfs.model.Timestamp;
import org.fdboxfs.policy.Guard;
import org.fdboxfs.policy.PolicySettings;
import org.fdboxfs.policy.rule.Limits;
import org.fdboxfs.registry.Registry;

/**
 * A mount that is served in this process, over parts that a test chooses. It must be used by other
 * processes only: a thread of this one that waits for it could not be ended.
 */
record OwnMount(Path path, FuseSession session) implements AutoCloseable {
  static OwnMount make(
      int threads,
      ProcessTable processes,
      WakeUp.Factory wakeUps,
      DescriptorSource source,
      MemoryFigures figures)
      throws Exception {
    Path path = Files.createTempDirectory("fdboxfs-own");
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
    Guard guard =
        new Guard(
            new Registry(InstantSource.system(), 0, 0),
            PolicySettings.DEFAULT,
            Limits.fitting(64L << 20, 1000));
    ControlDirectory control =
        new ControlDirectory(
            guard,
            new MountFacts(1, "test", path.toString(), "none", "", threads, () -> false, "default"),
            processes,
            wakeUps,
            NativeSupport.memory(),
            Timestamp.of(InstantSource.system().instant()),
            0,
            0,
            Map.of());
    FdBoxFs fs = new FdBoxFs(guard, source, control, figures, NativeSupport.memory());
    List<String> options = List.of("subtype=fdboxfs", "allow_other");
    FuseSession session =
        FuseSession.mount(
            new FuseSession.Settings(path.toString(), options, true, threads, false),
            fs,
            processes,
            NativeSupport.wakeUp());
    return new OwnMount(path, session);
  }

  @Override
  public void close() throws IOException {
    Command.Result unmounted = Command.run("umount", path.toString());
    if (unmounted.status() != 0) {
      throw new AssertionError("cannot unmount: " + unmounted.output());
    }
    try {
      session.awaitUnmounted();
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
    Files.delete(path);
  }
}
