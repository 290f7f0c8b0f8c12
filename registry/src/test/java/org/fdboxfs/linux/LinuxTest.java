package org.fdboxfs.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.fake.Refusals.errnoOf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.fdboxfs.linux.Fds.Bytes;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FsException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinuxTest {
  private static final int O_RDWR = 2;
  private static final int O_NONBLOCK = 04000;
  private static final short POLLIN = 1;

  @TempDir private Path directory;
  private final Fds fds = new Fds();

  @AfterEach
  void closeAll() {
    fds.close();
  }

  @Test
  void aFileThatEndsWhereTheKernelSaysIsReadWhole() throws FsException {
    String maps = Linux.readFile("/proc/self/smaps");
    assertThat(maps).hasSizeGreaterThan(3 * 4096).endsWith("\n").doesNotContain("\0");
  }

  @Test
  void aFileOfAnyLengthIsReadWhole() throws IOException, FsException {
    for (int length : new int[] {0, 1, 4095, 4096, 4097, 20_000}) {
      Path file = Files.writeString(directory.resolve("f"), "x".repeat(length));
      assertThat(Linux.readFile(file.toString())).hasSize(length);
    }
  }

  @Test
  void errnoComesAsARefusal() {
    assertThat(errnoOf(() -> Linux.open("/no/such/file", 0))).isEqualTo(Errno.ENOENT);
    assertThat(errnoOf(() -> Linux.open("/proc", O_RDWR))).isEqualTo(Errno.EISDIR);
    assertThat(errnoOf(() -> Linux.status(-1))).isEqualTo(Errno.EBADF);
    assertThat(errnoOf(() -> Linux.statusFlags(-1))).isEqualTo(Errno.EBADF);
    assertThat(errnoOf(() -> Linux.readlink("/proc"))).isEqualTo(Errno.EINVAL);
  }

  @Test
  void theSameOpenFileIsToldFromAnother() throws FsException {
    int self = (int) ProcessHandle.current().pid();
    int memfd = fds.memfd();
    int duplicate = fds.own(Linux.duplicate(memfd));
    int other = fds.memfd();
    assertThat(Tasks.isSameFile(self, memfd, self, duplicate)).isTrue();
    assertThat(Tasks.isSameFile(self, memfd, self, other)).isFalse();
    assertThat(errnoOf(() -> Tasks.isSameFile(self, memfd, self, -1))).isEqualTo(Errno.EBADF);
  }

  @Test
  void aMemfdShowsSizeAndBlocks() throws FsException {
    int memfd = fds.memfd();
    Linux.truncate(memfd, 10_000);
    Linux.pwrite(memfd, Fds.bytes(4096).buffer(), 0);
    FileStatus status = Linux.status(memfd);
    assertThat(status.type()).isEqualTo(FileStatus.Type.REGULAR);
    assertThat(status.size()).isEqualTo(10_000);
    assertThat(status.blocks()).isEqualTo(8);
    assertThat(status.modified().seconds()).isGreaterThan(1_600_000_000L);
    assertThat(Linux.content(memfd)).isEqualTo(status.content());
  }

  @Test
  void statusTellsTypesApart() throws FsException {
    assertThat(Linux.status(fds.pipe()[0]).type()).isEqualTo(FileStatus.Type.FIFO);
    assertThat(Linux.status(fds.sockets()[0]).type()).isEqualTo(FileStatus.Type.SOCKET);
    assertThat(Linux.status(fds.eventfd()).type()).isEqualTo(FileStatus.Type.NONE);
    assertThat(Linux.status(fds.open("/proc", 0)).type()).isEqualTo(FileStatus.Type.DIRECTORY);
    FileStatus zero = Linux.status(fds.open("/dev/zero", 0));
    assertThat(zero.type()).isEqualTo(FileStatus.Type.CHARACTER);
    assertThat(zero.rdevice()).isEqualTo("1:5");
  }

  @Test
  void numbersThatComeOutAreClosedOnExec() throws FsException {
    int getDescriptorFlags = 1;
    assertThat(LibC.INSTANCE.fcntl(fds.own(Linux.eventfd()), getDescriptorFlags, 0)).isEqualTo(1);
    assertThat(LibC.INSTANCE.fcntl(fds.open("/proc", 0), getDescriptorFlags, 0)).isEqualTo(1);
    int pidfd = fds.own(Tasks.pidfdOpen(Fds.pid(), 0));
    assertThat(LibC.INSTANCE.fcntl(pidfd, getDescriptorFlags, 0)).isEqualTo(1);
    int taken = fds.own(Tasks.pidfdGetfd(pidfd, fds.memfd()));
    assertThat(LibC.INSTANCE.fcntl(taken, getDescriptorFlags, 0)).isEqualTo(1);
  }

  @Test
  void bytesArriveAtTheirOffset() throws FsException {
    int memfd = fds.memfd();
    assertThat(Linux.pwrite(memfd, Fds.bytes(5).with("hello").buffer(), 100)).isEqualTo(5);
    Bytes read = Fds.bytes(64);
    assertThat(Linux.pread(memfd, read.buffer(), 102)).isEqualTo(3);
    assertThat(read.text(3)).isEqualTo("llo");
    assertThat(Linux.pread(memfd, read.buffer(), 105)).isZero();
  }

  @Test
  void anOffsetBeyondFourGigabytesIsNotCutOff() throws FsException {
    int memfd = fds.memfd();
    long far = (1L << 33) + 5;
    Linux.pwrite(memfd, Fds.bytes(1).buffer(), far);
    assertThat(Linux.status(memfd).size()).isEqualTo(far + 1);
    Linux.truncate(memfd, 1L << 34);
    assertThat(Linux.status(memfd).size()).isEqualTo(1L << 34);
  }

  @Test
  void aWakeUpOfOursDoesNotBlock() throws FsException {
    int wakeUp = fds.own(Linux.eventfd());
    assertThat(Linux.statusFlags(wakeUp) & O_NONBLOCK).isNotZero();
    assertThat(errnoOf(() -> Linux.read(wakeUp, Fds.bytes(8).buffer()))).isEqualTo(Errno.EAGAIN);
  }

  @Test
  void pollTellsWhatIsReady() throws FsException {
    int[] pipe = fds.pipe();
    Pointer polled = Memory.allocateDirect(Runtime.getSystemRuntime(), 8, true);
    polled.putInt(0, pipe[0]);
    polled.putShort(4, POLLIN);
    assertThat(Linux.poll(polled, 1, 0)).isZero();
    Linux.write(pipe[1], Fds.bytes(1).buffer());
    assertThat(Linux.poll(polled, 1, -1)).isEqualTo(1);
    assertThat(polled.getShort(6) & POLLIN).isNotZero();
  }

  @Test
  void aNumberCanBeMadeToNameSomethingElse() throws FsException {
    int memfd = fds.memfd();
    int other = fds.eventfd();
    Linux.dup2(memfd, other);
    assertThat(Linux.status(other).inode()).isEqualTo(Linux.status(memfd).inode());
  }

  @Test
  void aProcessThatIsGoneHasNoPidfd() throws IOException, InterruptedException {
    Process process = new ProcessBuilder("true").start();
    int pid = (int) process.pid();
    process.waitFor();
    process.onExit().join();
    assertThat(errnoOf(() -> fds.own(Tasks.pidfdOpen(pid, 0)))).isEqualTo(Errno.ESRCH);
  }

  @Test
  void theDescriptorLimitIsTheOneInForce() throws FsException {
    long limit = Linux.raiseDescriptorLimit();
    String line =
        Linux.readFile("/proc/self/limits")
            .lines()
            .filter(each -> each.startsWith("Max open files"))
            .findFirst()
            .orElseThrow();
    assertThat(line.replaceAll(" +", " ")).startsWith("Max open files " + limit + " ");
  }
}
