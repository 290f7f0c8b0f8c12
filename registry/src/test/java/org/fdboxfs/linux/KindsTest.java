package org.fdboxfs.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.fdboxfs.fake.Refusals.errnoOf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Descriptor;
import org.fdboxfs.model.DescriptorSource.Offer;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FsException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Descriptors of this process, which needs no privilege to look at itself. */
class KindsTest {
  private static final int O_WRONLY = 1;
  private static final int O_RDWR = 2;
  private static final int O_NONBLOCK = 04000;
  private static final int O_PATH = 010000000;
  private static final int MFD_HUGETLB = 4;
  private static final int SYS_IO_URING_SETUP = 425;

  @TempDir private Path directory;
  private final Fds fds = new Fds();
  private final LinuxDescriptors descriptors = new LinuxDescriptors();

  KindsTest() throws FsException {}

  @AfterEach
  void closeAll() {
    fds.close();
  }

  private interface Maker {
    int make(Fds fds) throws FsException;
  }

  private static Arguments made(FdKind kind, Access access, Maker maker) {
    return Arguments.of(kind, access, maker);
  }

  static Stream<Arguments> kinds() {
    return Stream.of(
        made(FdKind.MEMFD, Access.READ_WRITE, Fds::memfd),
        made(FdKind.EVENTFD, Access.READ_WRITE, Fds::eventfd),
        made(FdKind.TIMERFD, Access.READ_WRITE, Fds::timerfd),
        made(FdKind.SIGNALFD, Access.READ_WRITE, Fds::signalfd),
        made(FdKind.PIPE, Access.READ, fds -> fds.pipe()[0]),
        made(FdKind.PIPE, Access.WRITE, fds -> fds.pipe()[1]),
        made(FdKind.SOCKET, Access.READ_WRITE, fds -> fds.sockets()[0]),
        made(FdKind.PIDFD, Access.READ_WRITE, fds -> fds.own(Tasks.pidfdOpen(Fds.pid(), 0))),
        made(FdKind.NAMESPACE, Access.READ, fds -> fds.open("/proc/self/ns/net", 0)),
        made(FdKind.NAMESPACE, Access.READ, fds -> fds.open("/proc/self/ns/user", 0)),
        made(FdKind.EPOLL, Access.READ_WRITE, Fds::epoll),
        made(FdKind.INOTIFY, Access.READ, Fds::inotify),
        made(FdKind.FILE, Access.READ, fds -> fds.open("/proc/self/status", 0)),
        made(FdKind.DIRECTORY, Access.READ, fds -> fds.open("/", 0)),
        made(FdKind.UNKNOWN, Access.WRITE, fds -> fds.open("/dev/null", O_WRONLY)));
  }

  @ParameterizedTest(name = "{0} open for {1}")
  @MethodSource("kinds")
  void aKindIsRecognised(FdKind kind, Access access, Maker maker) throws FsException {
    Offer offer = descriptors.fetch(Fds.self(), maker.make(fds));
    try (Descriptor fetched = offer.descriptor()) {
      assertThat(fetched.kind()).isEqualTo(kind);
      assertThat(fetched.access()).isEqualTo(access);
      assertThat(offer.self()).isFalse();
    }
  }

  @Test
  void aMemfdOfHugePagesIsAMemfd() throws FsException {
    int fd = LibC.INSTANCE.memfd_create("huge", 1 | MFD_HUGETLB);
    assumeThat(fd).as("the kernel has huge pages").isNotNegative();
    assertThat(kindOf(fds.own(fd))).isEqualTo(FdKind.MEMFD);
  }

  @Test
  void aRingIsRecognised() throws FsException {
    Fds.Bytes parameters = Fds.bytes(120);
    long fd = LibC.INSTANCE.syscall(SYS_IO_URING_SETUP, 2, parameters.pointer().address(), 0);
    assumeThat(fd).as("rings are allowed").isNotNegative();
    assertThat(kindOf(fds.own((int) fd))).isEqualTo(FdKind.IO_URING);
  }

  @Test
  void aTerminalIsRecognised() throws FsException {
    assertThat(kindOf(new Terminal(fds).slave())).isEqualTo(FdKind.TTY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"memfd:ram", "anon_inode:[eventfd]", "socket:[1]", "net:[4026531840]", "dmabuf:"})
  void aNameThatLooksLikeAKindForgesNothing(String name) throws IOException, FsException {
    Path file = Files.createFile(directory.resolve(name));
    assertThat(kindOf(fds.open(file.toString(), O_RDWR))).isEqualTo(FdKind.FILE);
  }

  @Test
  void aFileInTheRootThatIsCalledLikeAMemfdIsNone() throws IOException, FsException {
    Path file = Path.of("/memfd:forged");
    assumeThat(Files.isWritable(Path.of("/"))).as("the root is writable").isTrue();
    Files.createFile(file);
    try {
      assertThat(kindOf(fds.open(file.toString(), O_RDWR))).isEqualTo(FdKind.FILE);
    } finally {
      Files.delete(file);
    }
  }

  @Test
  void aNamedPipeIsNotTakenForAPipe() throws FsException {
    Path fifo = directory.resolve("fifo");
    assertThat(MoreC.INSTANCE.mkfifo(fifo.toString(), 0600)).isZero();
    assertThat(kindOf(fds.open(fifo.toString(), O_NONBLOCK))).isEqualTo(FdKind.UNKNOWN);
  }

  private FdKind kindOf(int fd) throws FsException {
    try (Descriptor fetched = descriptors.fetch(Fds.self(), fd).descriptor()) {
      return fetched.kind();
    }
  }

  @Test
  void whatIsNotOpenOrGoodForNothingIsRefused() throws FsException {
    int closed = fds.memfd();
    fds.close(closed);
    int path = fds.open("/proc", O_PATH);
    assertThat(errnoOf(() -> descriptors.fetch(Fds.self(), 1_000_000_000))).isEqualTo(Errno.EBADF);
    assertThat(errnoOf(() -> descriptors.fetch(Fds.self(), path))).isEqualTo(Errno.EBADF);
  }

  @Test
  void aCallerThatCannotBeSeenIsRefused() {
    Caller outside = new Caller(0, 0, 0, new ProcTable());
    assertThat(errnoOf(() -> descriptors.fetch(outside, 0))).isEqualTo(Errno.EPERM);
  }

  @Test
  void aRefusalLeavesNoDescriptorBehind() throws FsException, IOException {
    int path = fds.open("/proc", O_PATH);
    long before = openDescriptors();
    for (int i = 0; i < 300; i++) {
      errnoOf(() -> descriptors.fetch(Fds.self(), path));
      errnoOf(() -> descriptors.fetch(Fds.self(), 1_000_000_000));
    }
    assertThat(openDescriptors()).isLessThan(before + 100);
  }

  private static long openDescriptors() throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      return all.count();
    }
  }

  @Test
  void whatWasFetchedOutlivesTheCallersOwn() throws FsException {
    int memfd = fds.memfd();
    Linux.pwrite(memfd, Fds.bytes(5).with("hello").buffer(), 0);
    try (Descriptor fetched = descriptors.fetch(Fds.self(), memfd).descriptor()) {
      fds.close(memfd);
      Fds.Bytes read = Fds.bytes(5);
      assertThat(fetched.pread(read.buffer(), 0)).isEqualTo(5);
      assertThat(read.text(5)).isEqualTo("hello");
    }
  }

  @Test
  void newMemoryIsEmptyWhateverItsName() throws FsException {
    for (String name : new String[] {"ram", "", "x".repeat(255), "\u20ac".repeat(85)}) {
      Offer offer = descriptors.createMemory(name);
      try (Descriptor memory = offer.descriptor()) {
        assertThat(memory.kind()).isEqualTo(FdKind.MEMFD);
        assertThat(memory.access()).isEqualTo(Access.READ_WRITE);
        assertThat(memory.stat().size()).isZero();
        assertThat(offer.self()).isFalse();
        assertThat(kindOf(memory.number())).isEqualTo(FdKind.MEMFD);
      }
    }
  }

  @Test
  void aFileOnTheDeviceThatWeServeIsOurself() throws FsException {
    int file = fds.open("/proc/self/status", 0);
    descriptors.setOwnDevice(Linux.status(file).device());
    Offer offer = descriptors.fetch(Fds.self(), file);
    offer.descriptor().close();
    assertThat(offer.self()).isTrue();
  }
}
