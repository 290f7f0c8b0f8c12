package org.fdboxfs.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.Reference;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.Descriptor;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FsException;
import org.fdboxfs.model.NativeBuffer;
import org.junit.jupiter.api.Assumptions;

/** What tests of descriptor tables look at and do. */
final class TableProbe {
  private static final Runtime RUNTIME = Runtime.getSystemRuntime();
  private static final long PATIENCE_NANOS = 20_000_000_000L;

  private TableProbe() {}

  /** Shelves, or a visible skip where the kernel has none. */
  static Shelves shelves(int count, int room) {
    var started = Shelves.start(count, room);
    Assumptions.assumeTrue(started.isPresent(), "needs PIDFD_THREAD of Linux 6.9");
    return started.get();
  }

  /** What is open in the table of a thread of this process: number and what it names. */
  static Map<Integer, String> openIn(int thread) {
    Map<Integer, String> open = new TreeMap<>();
    try (DirectoryStream<Path> links =
        Files.newDirectoryStream(Path.of("/proc/self/task/" + thread + "/fd"))) {
      for (Path link : links) {
        open.put(Integer.parseInt(link.getFileName().toString()), target(link));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return open;
  }

  private static String target(Path link) {
    try {
      return Linux.readlink(link.toString());
    } catch (FsException e) {
      return "closed meanwhile";
    }
  }

  /** Whether classes are loaded from a file: it may stay open anywhere. */
  static boolean hasClasses(String target) {
    return target.endsWith(".jar") || target.endsWith("/lib/modules");
  }

  /** How many descriptors of the common table name such a thing; Java has some of its own. */
  static long countHere(String thing) {
    return openIn((int) ProcessHandle.current().pid()).values().stream()
        .filter(target -> target.contains(thing))
        .count();
  }

  /** Waits for what happens soon. */
  static void await(String what, BooleanSupplier happened) {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (!happened.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(end);
      Thread.onSpinWait();
    }
  }

  static long inode(int fd) throws FsException {
    return Linux.status(fd).inode();
  }

  /** A new memfd that holds one number. */
  static int memfd(long content) throws FsException {
    int fd = Linux.memfdCreate("probe", 1);
    write(fd, content);
    return fd;
  }

  static Descriptor hold(DescriptorTable table, long content) throws FsException {
    return table.hold(memfd(content), FdKind.MEMFD, Access.READ_WRITE, false);
  }

  static void write(int fd, long content) throws FsException {
    Pointer memory = Memory.allocateDirect(RUNTIME, 8);
    memory.putLong(0, content);
    try {
      assertThat(Linux.pwrite(fd, new NativeBuffer(memory.address(), 8), 0)).isEqualTo(8);
    } finally {
      Reference.reachabilityFence(memory); // its address keeps nothing
    }
  }

  /** The number that a descriptor holds. */
  static long read(Descriptor descriptor) throws FsException {
    Pointer memory = Memory.allocateDirect(RUNTIME, 8);
    assertThat(descriptor.pread(new NativeBuffer(memory.address(), 8), 0)).isEqualTo(8);
    return memory.getLong(0);
  }

  /** Both ends of a pipe: to read from, to write to. */
  static int[] pipe() throws IOException, FsException {
    Path fifo = Files.createTempDirectory("fdboxfs").resolve("fifo");
    MoreC.INSTANCE.mkfifo(fifo.toString(), 0600);
    int reader = Linux.open(fifo.toString(), 04000);
    int writer = Linux.open(fifo.toString(), 1);
    Files.delete(fifo);
    Files.delete(fifo.getParent());
    return new int[] {reader, writer};
  }

  /** Whether nobody has the other end open any more. */
  static boolean hasEnded(int reader) {
    Pointer memory = Memory.allocateDirect(RUNTIME, 8);
    try {
      return Linux.read(reader, new NativeBuffer(memory.address(), 8)) == 0;
    } catch (FsException e) {
      return false;
    } finally {
      Reference.reachabilityFence(memory);
    }
  }
}
