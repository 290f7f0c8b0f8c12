package org.fdboxfs.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.fake.Refusals.errnoOf;

import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.fdboxfs.linux.Fds.Bytes;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.Descriptor;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FsException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** None of the descriptors is non-blocking, and still nothing blocks. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class StreamsTest {
  private static final int O_NONBLOCK = 04000;
  private static final short POLLIN = 1;

  private final Fds fds = new Fds();

  @AfterEach
  void closeAll() {
    fds.close();
  }

  /** Lends a descriptor that the test closes. */
  private static Descriptor stream(int fd, FdKind kind) {
    return new HeldDescriptor(fd, kind, Access.READ_WRITE, true);
  }

  private static Errno readErrno(Descriptor stream) {
    return errnoOf(() -> stream.readNow(Fds.bytes(8).buffer()));
  }

  /** Writes until it is refused; returns the errno. */
  private static Errno fill(Descriptor stream) {
    Bytes block = Fds.bytes(65536);
    return errnoOf(
        () -> {
          for (int i = 0; i < 10_000; i++) {
            assertThat(stream.writeNow(block.buffer())).isPositive();
          }
        });
  }

  private static String read(Descriptor stream) throws FsException {
    Bytes bytes = Fds.bytes(64);
    return bytes.text(stream.readNow(bytes.buffer()));
  }

  private static void waitReadable(int fd) throws FsException {
    Pointer polled = Memory.allocateDirect(Runtime.getSystemRuntime(), 8, true);
    polled.putInt(0, fd);
    polled.putShort(4, POLLIN);
    assertThat(Linux.poll(polled, 1, 30_000)).isEqualTo(1);
  }

  @Test
  void aPipeGivesWhatIsThereAndTakesWhatFits() throws FsException {
    int[] pipe = fds.pipe();
    Descriptor out = stream(pipe[0], FdKind.PIPE);
    Descriptor in = stream(pipe[1], FdKind.PIPE);
    assertThat(readErrno(out)).isEqualTo(Errno.EAGAIN);
    assertThat(in.writeNow(Fds.bytes(3).with("abc").buffer())).isEqualTo(3);
    assertThat(read(out)).isEqualTo("abc");
    assertThat(fill(in)).isEqualTo(Errno.EAGAIN);
    assertThat(readErrno(in)).isEqualTo(Errno.EBADF);
  }

  @Test
  void aPipeWithoutWritersHasEnded() throws FsException {
    int[] pipe = fds.pipe();
    fds.close(pipe[1]);
    assertThat(read(stream(pipe[0], FdKind.PIPE))).isEmpty();
  }

  @Test
  void aPipeThatNobodyReadsIsAnErrnoAndNoSignal() {
    int[] pipe = fds.pipe();
    fds.close(pipe[0]);
    assertThat(fill(stream(pipe[1], FdKind.PIPE))).isEqualTo(Errno.EPIPE);
  }

  @Test
  void aPipeThatWasSplicedGoesOn() throws FsException {
    int[] from = fds.pipe();
    int[] to = fds.pipe();
    Descriptor in = stream(from[1], FdKind.PIPE);
    assertThat(in.writeNow(Fds.bytes(2).with("ab").buffer())).isEqualTo(2);
    assertThat(MoreC.INSTANCE.splice(from[0], null, to[1], null, 2, 0)).isEqualTo(2);
    assertThat(read(stream(to[0], FdKind.PIPE))).isEqualTo("ab");
    Descriptor splicedOut = stream(from[0], FdKind.PIPE);
    assertThat(readErrno(splicedOut)).isEqualTo(Errno.EAGAIN);
    assertThat(in.writeNow(Fds.bytes(1).with("c").buffer())).isEqualTo(1);
    assertThat(read(splicedOut)).isEqualTo("c");
    Descriptor splicedIn = stream(to[1], FdKind.PIPE);
    assertThat(splicedIn.writeNow(Fds.bytes(1).with("d").buffer())).isEqualTo(1);
    assertThat(read(stream(to[0], FdKind.PIPE))).isEqualTo("d");
    fds.close(to[0]);
    assertThat(fill(splicedIn)).isEqualTo(Errno.EPIPE);
  }

  @Test
  void aSocketGivesWhatIsThereAndTakesWhatFits() throws FsException {
    int[] sockets = fds.sockets();
    Descriptor one = stream(sockets[0], FdKind.SOCKET);
    Descriptor other = stream(sockets[1], FdKind.SOCKET);
    assertThat(readErrno(one)).isEqualTo(Errno.EAGAIN);
    assertThat(other.writeNow(Fds.bytes(3).with("abc").buffer())).isEqualTo(3);
    assertThat(read(one)).isEqualTo("abc");
    assertThat(fill(one)).isEqualTo(Errno.EAGAIN);
  }

  @Test
  void aSocketWhosePeerIsGoneIsAnErrnoAndNoSignal() throws FsException {
    int[] sockets = fds.sockets();
    fds.close(sockets[1]);
    Descriptor one = stream(sockets[0], FdKind.SOCKET);
    assertThat(read(one)).isEmpty();
    assertThat(fill(one)).isEqualTo(Errno.EPIPE);
  }

  @Test
  void anEventfdCountsAndIsEmptyAfterwards() throws FsException {
    Descriptor event = stream(fds.eventfd(), FdKind.EVENTFD);
    assertThat(readErrno(event)).isEqualTo(Errno.EAGAIN);
    assertThat(event.writeNow(Fds.bytes(8).with(3).buffer())).isEqualTo(8);
    assertThat(event.writeNow(Fds.bytes(8).with(4).buffer())).isEqualTo(8);
    Bytes read = Fds.bytes(8);
    assertThat(event.readNow(read.buffer())).isEqualTo(8);
    assertThat(read.pointer().getLong(0)).isEqualTo(7);
    assertThat(readErrno(event)).isEqualTo(Errno.EAGAIN);
  }

  @Test
  void anEventfdWithoutRoomRefusesInsteadOfBlocking() throws FsException {
    int fd = fds.eventfd();
    Descriptor event = stream(fd, FdKind.EVENTFD);
    assertThat(event.writeNow(Fds.bytes(8).with(-3).buffer())).isEqualTo(8);
    assertThat(event.writeNow(Fds.bytes(8).with(1).buffer())).isEqualTo(8);
    assertThat(errnoOf(() -> event.writeNow(Fds.bytes(8).with(1).buffer())))
        .isEqualTo(Errno.EAGAIN);
    assertThat(event.writeNow(Fds.bytes(8).with(0).buffer())).isEqualTo(8);
    Bytes read = Fds.bytes(8);
    event.readNow(read.buffer());
    assertThat(read.pointer().getLong(0)).isEqualTo(-2);
    assertThat(event.writeNow(Fds.bytes(8).with(1).buffer())).isEqualTo(8);
  }

  @Test
  void whatIsNoValueOfAnEventfdIsRefused() {
    Descriptor event = stream(fds.eventfd(), FdKind.EVENTFD);
    assertThat(errnoOf(() -> event.writeNow(Fds.bytes(8).with(-1).buffer())))
        .isEqualTo(Errno.EINVAL);
    assertThat(errnoOf(() -> event.writeNow(Fds.bytes(7).buffer()))).isEqualTo(Errno.EINVAL);
  }

  @Test
  void aTimerIsReadOnceItHasExpired() throws FsException {
    int fd = fds.timerfd();
    Descriptor timer = stream(fd, FdKind.TIMERFD);
    assertThat(readErrno(timer)).isIn(Errno.EAGAIN, Errno.EOPNOTSUPP);
    Fds.fire(fd);
    waitReadable(fd);
    Bytes read = Fds.bytes(8);
    assertThat(timer.readNow(read.buffer())).isEqualTo(8);
    assertThat(read.pointer().getLong(0)).isEqualTo(1);
    assertThat(readErrno(timer)).isEqualTo(Errno.EAGAIN);
  }

  @Test
  void noSignalIsNothingToRead() {
    Descriptor signals = stream(fds.signalfd(), FdKind.SIGNALFD);
    assertThat(errnoOf(() -> signals.readNow(Fds.bytes(128).buffer())))
        .isIn(Errno.EAGAIN, Errno.EOPNOTSUPP);
  }

  @Test
  void aTerminalIsReadAndWrittenWithoutItsFlagsBeingTouched() throws FsException {
    Terminal terminal = new Terminal(fds);
    Descriptor tty = stream(terminal.slave(), FdKind.TTY);
    assertThat(readErrno(tty)).isEqualTo(Errno.EAGAIN);
    assertThat(tty.writeNow(Fds.bytes(2).with("ok").buffer())).isEqualTo(2);
    Bytes shown = Fds.bytes(16);
    assertThat(shown.text(Linux.read(terminal.master(), shown.buffer()))).isEqualTo("ok");
    Linux.write(terminal.master(), Fds.bytes(3).with("hi\n").buffer());
    waitReadable(terminal.slave());
    assertThat(read(tty)).isEqualTo("hi\n");
    assertThat(Linux.statusFlags(terminal.slave()) & O_NONBLOCK).isZero();
  }

  @Test
  void aTerminalGivesNoMoreThanItWasOpenedFor() throws FsException {
    Terminal terminal = new Terminal(fds);
    Descriptor reading = new HeldDescriptor(terminal.slave(), FdKind.TTY, Access.READ, true);
    Descriptor writing = new HeldDescriptor(terminal.slave(), FdKind.TTY, Access.WRITE, true);
    assertThat(errnoOf(() -> reading.writeNow(Fds.bytes(1).buffer()))).isEqualTo(Errno.EBADF);
    assertThat(readErrno(writing)).isEqualTo(Errno.EBADF);
  }
}
