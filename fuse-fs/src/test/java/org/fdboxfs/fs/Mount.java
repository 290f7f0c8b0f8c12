package org.fdboxfs.fs;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.fdboxfs.fake.FakeClock;
import org.fdboxfs.fake.FakeDescriptor;
import org.fdboxfs.fake.FakeProcesses;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FsException;
import org.fdboxfs.model.NativeBuffer;
import org.fdboxfs.model.Timestamp;
import org.fdboxfs.policy.Guard;
import org.fdboxfs.policy.PolicySettings;
import org.fdboxfs.policy.rule.Limits;
import org.fdboxfs.registry.Registry;

/** A filesystem over fakes, with the box {@code /box} of alice. */
public final class Mount {
  static final int O_RDONLY = 0;
  static final int O_WRONLY = 1;
  static final int O_RDWR = 2;

  final FakeClock clock = new FakeClock();
  final FakeProcesses processes = new FakeProcesses();
  final Registry registry = new Registry(clock, 0, 0);
  final Guard guard = new Guard(registry, PolicySettings.DEFAULT, Limits.ofDescriptors(50));
  final FakeSource source = new FakeSource();
  final FakeMemory memory = new FakeMemory();
  final List<FakeWakeUp> wakeUps = new ArrayList<>();
  final Caller root = processes.caller(0, 0, 1);
  final Caller alice = processes.caller(1000, 1000, 100);
  final Caller bob = processes.caller(2000, 2000, 200);
  final ControlDirectory control =
      new ControlDirectory(
          guard,
          new MountFacts(4242, "0.1", "/mnt", "none", "6.18", 2, () -> false, "default"),
          processes,
          this::wakeUp,
          memory,
          new Timestamp(77, 0),
          0,
          0,
          Map.of("exchange", "/run/fdboxfs/4242/exchange"));
  public final FdBoxFs fs =
      new FdBoxFs(
          guard,
          source,
          control,
          (files, free) -> new Statistics(4096, 1000, 500, files, free),
          memory);

  public Mount() throws FsException {
    fs.mkdir("/box", 0755, alice);
  }

  private WakeUp wakeUp() {
    FakeWakeUp wakeUp = new FakeWakeUp();
    wakeUps.add(wakeUp);
    return wakeUp;
  }

  /** Puts a new descriptor of the caller by symlink. */
  FakeDescriptor put(String path, FdKind kind, Caller caller) throws FsException {
    FakeDescriptor descriptor = new FakeDescriptor(kind);
    source.table.put(9, descriptor);
    fs.symlink("/proc/self/fd/9", path, caller);
    return descriptor;
  }

  /** All that a file of the control directory says, read in small pieces. */
  String read(String path, Caller caller) throws FsException {
    long handle = fs.open(path, O_RDONLY, caller);
    String text = read(handle);
    fs.release(handle);
    return text;
  }

  String read(long handle) throws FsException {
    StringBuilder text = new StringBuilder();
    NativeBuffer buffer = memory.buffer(100);
    for (long n; (n = fs.content().read(handle, buffer, text.length())) > 0; ) {
      text.append(text(buffer, n));
    }
    return text.toString();
  }

  String text(NativeBuffer buffer, long length) {
    return new String(memory.get(buffer), 0, (int) length, StandardCharsets.US_ASCII);
  }

  void write(long handle, String text, long offset) throws FsException {
    fs.content()
        .write(handle, memory.buffer(text.getBytes(StandardCharsets.US_ASCII)), offset, 0, root);
  }

  /** What the events of a handle say now. */
  String events(long handle) throws FsException {
    NativeBuffer buffer = memory.buffer(100_000);
    return text(buffer, stream(handle).readNow(buffer));
  }

  /** A handle that is read or written in sequence. */
  Stream stream(long handle) {
    Stream stream = fs.content().stream(handle);
    if (stream == null) {
      throw new AssertionError("not a stream");
    }
    return stream;
  }
}
