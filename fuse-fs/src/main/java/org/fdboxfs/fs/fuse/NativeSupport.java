package org.fdboxfs.fs.fuse;

import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.fdboxfs.fs.MemoryFigures;
import org.fdboxfs.fs.NativeMemory;
import org.fdboxfs.fs.Statistics;
import org.fdboxfs.fs.WakeUp;
import org.fdboxfs.linux.Linux;
import org.fdboxfs.model.FsException;
import org.fdboxfs.model.NativeBuffer;

/** What the filesystem wants of the machine, by system calls. */
public final class NativeSupport {
  private static final Runtime RUNTIME = Runtime.getSystemRuntime();
  private static final long BLOCK = 4096;

  private NativeSupport() {}

  /** Copies to and from native buffers. */
  public static NativeMemory memory() {
    return new NativeMemory() {
      @Override
      public void put(NativeBuffer into, byte[] bytes) {
        Pointer.wrap(RUNTIME, into.address()).put(0, bytes, 0, bytes.length);
      }

      @Override
      public byte[] get(NativeBuffer from) {
        byte[] bytes = new byte[(int) from.length()];
        Pointer.wrap(RUNTIME, from.address()).get(0, bytes, 0, bytes.length);
        return bytes;
      }
    };
  }

  /** The figures of /proc/meminfo. */
  public static MemoryFigures figures() {
    return (files, filesFree) -> {
      long total = 0;
      long available = 0;
      for (String line : Linux.readFile("/proc/meminfo").split("\n", -1)) {
        if (line.startsWith("MemTotal:")) {
          total = kibibytes(line);
        } else if (line.startsWith("MemAvailable:")) {
          available = kibibytes(line);
        }
      }
      return new Statistics(
          BLOCK, total * 1024 / BLOCK, available * 1024 / BLOCK, files, filesFree);
    };
  }

  private static long kibibytes(String line) {
    return Long.parseLong(line.replaceAll("\\D", ""));
  }

  /** A wake-up by eventfd(2). */
  public static WakeUp wakeUp() throws FsException {
    int fd = Linux.eventfd();
    Pointer one = Memory.allocateDirect(RUNTIME, 8);
    one.putLong(0, 1);
    Pointer drained = Memory.allocateDirect(RUNTIME, 8);
    return new WakeUp() {
      @Override
      public int number() {
        return fd;
      }

      @Override
      public void raise() {
        quietly(() -> Linux.write(fd, new NativeBuffer(one.address(), 8)));
      }

      @Override
      public void lower() {
        quietly(() -> Linux.read(fd, new NativeBuffer(drained.address(), 8)));
      }

      @Override
      public void close() {
        Linux.close(fd);
      }
    };
  }

  private interface Transfer {
    long run() throws FsException;
  }

  /** EAGAIN means that it is raised, or lowered, already. */
  private static void quietly(Transfer transfer) {
    try {
      transfer.run();
    } catch (FsException e) {
      assert e.errno().code() > 0;
    }
  }
}
