package org.fdboxfs.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.testing.OtherProcess.NONE;

import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What symlink(2) takes, and what it refuses. */
@Tag("kernel")
@Mounted
class PutTest {
  @ParameterizedTest
  @ValueSource(strings = {"/proc/self/fd/%d", "/proc/thread-self/fd/%d", "/dev/fd/%d"})
  void ownDescriptorsAreTakenUnderAllTheirNames(String target, TestBox box) {
    OtherProcess process = box.process();
    long fd = process.memfd("content");

    process.run("symlink", String.format(target, fd), box.path("ram"));

    assertThat(process.content(box.path("ram"))).isEqualTo("content");
  }

  @Test
  void ownProcessIdIsTakenToo(TestBox box) {
    OtherProcess process = box.process();
    long fd = process.memfd("content");

    process.run("symlink", "/proc/" + process.pid() + "/fd/" + fd, box.path("ram"));

    assertThat(process.content(box.path("ram"))).isEqualTo("content");
  }

  @Test
  void descriptorsOfAnotherProcessAreRefusedWithEperm(TestBox box) {
    OtherProcess owner = box.process();
    OtherProcess thief = box.process();
    long fd = owner.memfd("secret");

    String errno = thief.errno("symlink", "/proc/" + owner.pid() + "/fd/" + fd, box.path("stolen"));

    assertThat(errno).isEqualTo("EPERM");
    assertThat(thief.errno("stat", box.path("stolen"))).isEqualTo("ENOENT");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "elsewhere",
        "/etc/passwd",
        "/proc/self/fd/",
        "/proc/self/fd/x",
        "/proc/self/fd/3/",
        "/proc/self/fd/-1",
        "/proc/self/fd/../fd/3",
        "/proc/self/fdinfo/3",
        "/proc/self/cwd",
        "/dev/fd",
        "proc/self/fd/3",
        "/proc/self/fd/99999999999999999999"
      })
  void everyOtherTargetIsRefusedWithEinval(String target, TestBox box) {
    OtherProcess process = box.process();
    process.memfd("content");

    assertThat(process.errno("symlink", target, box.path("x"))).isEqualTo("EINVAL");
  }

  @Test
  void aNumberThatIsNotOpenIsRefusedWithEbadf(TestBox box) {
    assertThat(box.process().tryPut(77, box.path("x"))).isEqualTo("EBADF");
  }

  @Test
  void aDescriptorThatOnlyNamesAPathIsRefusedWithEbadf(TestBox box) {
    OtherProcess process = box.process();
    long path = process.open("/", "O_PATH");

    assertThat(process.tryPut(path, box.path("x"))).isEqualTo("EBADF");
  }

  @Test
  void handlesOfTheMountItselfAreRefusedWithEloop(TestBox box) {
    OtherProcess process = box.process();
    process.put(process.memfd("content"), box.path("ram"));
    long file = process.open(box.path("ram"), "O_RDWR");
    long directory = process.open(box.path(), "O_DIRECTORY");
    long control = process.open(box.mount().control("status"), "O_RDONLY");

    assertThat(process.tryPut(file, box.path("again"))).isEqualTo("ELOOP");
    assertThat(process.tryPut(directory, box.path("again"))).isEqualTo("ELOOP");
    assertThat(process.tryPut(control, box.path("again"))).isEqualTo("ELOOP");
  }

  @Test
  void kindsThatAreOffAreRefusedWithEopnotsupp(TestBox box) {
    OtherProcess process = box.process();

    assertThat(process.tryPut(process.open("/proc/self/exe", "O_RDONLY"), box.path("x")))
        .as("regular file")
        .isEqualTo("EOPNOTSUPP");
    assertThat(process.tryPut(process.open("/", "O_DIRECTORY"), box.path("x")))
        .as("directory")
        .isEqualTo("EOPNOTSUPP");
    assertThat(process.tryPut(process.run("epoll"), box.path("x")))
        .as("epoll")
        .isEqualTo("EOPNOTSUPP");
    assertThat(process.tryPut(process.run("inotify"), box.path("x")))
        .as("inotify")
        .isEqualTo("EOPNOTSUPP");
    assertThat(process.tryPut(process.open("/dev/zero", "O_RDWR"), box.path("x")))
        .as("a device that is not known")
        .isEqualTo("EOPNOTSUPP");
  }

  @Test
  void aKindThatAPolicyTurnsOnIsTakenAndOneThatItTurnsOffIsNot(TestBox box) throws IOException {
    OtherProcess process = box.process();
    box.policy("version: 1\nkinds: { epoll: { allow: true }, memfd: { allow: false } }\n");

    assertThat(process.tryPut(process.run("epoll"), box.path("epoll"))).isEqualTo(NONE);
    assertThat(process.tryPut(process.memfd(""), box.path("ram"))).isEqualTo("EOPNOTSUPP");
    assertThat(process.errno("open", box.path("new"), "O_CREAT|O_RDWR")).isEqualTo("EOPNOTSUPP");
  }

  @Test
  void theKindsThatAreOnAreRecognised(TestBox box) {
    OtherProcess process = box.process();
    assertKind(process, process.memfd(""), box.path("a"), "memfd");
    assertKind(process, process.run("eventfd", 0), box.path("b"), "eventfd");
    assertKind(process, process.run("timerfd", 0), box.path("c"), "timerfd");
    assertKind(process, process.numbers("pipe").get(1), box.path("d"), "pipe");
    long socket = process.numbers("socketpair", "SOCK_STREAM").get(0);
    assertKind(process, socket, box.path("e"), "socket");
    assertKind(process, process.run("pidfd"), box.path("f"), "pidfd");
    long namespace = process.open("/proc/self/ns/mnt", "O_RDONLY");
    assertKind(process, namespace, box.path("g"), "namespace");
  }

  private static void assertKind(OtherProcess process, long fd, String path, String kind) {
    process.put(fd, path);
    assertThat(process.xattr(path, "user.fdbox.kind")).isEqualTo(kind);
    assertThat(process.stat(path).mode()).as("an entry is a regular file").isEqualTo("100600");
  }

  @Test
  void aFileNamedLikeAMemfdIsNotTakenForOne(TestBox box) throws IOException {
    OtherProcess process = box.process();
    String place = box.mount().path().resolveSibling("memfd:forged").toString();
    long file = process.open(place, "O_CREAT|O_RDWR");
    try {
      assertThat(process.tryPut(file, box.path("x"))).isEqualTo("EOPNOTSUPP");
    } finally {
      process.run("unlink", place);
    }
  }

  @Test
  void aPutEntryIsTheCallersAndPrivate(TestBox box) {
    OtherProcess user = box.process(1000, 1001);

    user.put(user.memfd("12345"), box.path("ram"));

    Stat stat = user.stat(box.path("ram"));
    assertThat(stat.mode()).isEqualTo("100600");
    assertThat(stat.uid()).isEqualTo(1000);
    assertThat(stat.gid()).isEqualTo(1001);
    assertThat(stat.size()).isEqualTo(5);
    assertThat(stat.links()).isEqualTo(1);
  }

  @Test
  void theCallerKeepsItsDescriptor(TestBox box) {
    OtherProcess process = box.process();
    long fd = process.memfd("mine");
    process.put(fd, box.path("ram"));
    process.run("unlink", box.path("ram"));

    assertThat(process.text("read", fd, 10, 0)).isEqualTo("mine");
  }

  @Test
  void whatWasPutOutlivesTheProcessThatPutIt(TestBox box) {
    OtherProcess giver = box.process();
    giver.put(giver.memfd("left behind"), box.path("ram"));
    giver.close();

    assertThat(box.process().content(box.path("ram"))).isEqualTo("left behind");
  }

  @Test
  void aThreadOtherThanTheMainOneMayPut(TestBox box) {
    OtherProcess process = box.process();
    long fd = process.memfd("from a thread");

    process.run("thread", "symlink", "/proc/self/fd/" + fd, box.path("a"));
    process.run("thread", "symlink", "/proc/thread-self/fd/" + fd, box.path("b"));
    process.run("thread", "symlink", "/proc/" + process.pid() + "/fd/" + fd, box.path("c"));

    for (String name : new String[] {"a", "b", "c"}) {
      assertThat(process.content(box.path(name))).isEqualTo("from a thread");
    }
  }

  @Test
  void aThreadWithATableOfItsOwnPutsFromThat(TestBox box) {
    OtherProcess process = box.process();

    process.run("put_unshared", box.path("ram"), "only in the thread");

    assertThat(process.content(box.path("ram"))).isEqualTo("only in the thread");
  }

  @Test
  void aTakenNameIsRefusedWithEexist(TestBox box) {
    OtherProcess process = box.process();
    long fd = process.memfd("");
    process.put(fd, box.path("ram"));

    assertThat(process.tryPut(fd, box.path("ram"))).isEqualTo("EEXIST");
  }

  @Test
  void theRootHoldsBoxesAndNoEntries(TestBox box) {
    OtherProcess process = box.process();
    String atRoot = box.boxBeside("-entry");

    assertThat(process.tryPut(process.memfd(""), atRoot)).isEqualTo("EPERM");
    assertThat(process.errno("open", atRoot, "O_CREAT|O_RDWR")).isEqualTo("EPERM");
    assertThat(process.errno("mknod", atRoot, "S_IFREG|0600")).isEqualTo("EPERM");
    process.put(process.memfd(""), box.path("ram"));
    assertThat(process.errno("rename", box.path("ram"), atRoot)).isEqualTo("EPERM");
  }

  @Test
  void hardLinksAndDeviceNodesAreRefusedWithEperm(TestBox box) {
    OtherProcess process = box.process();
    process.put(process.memfd(""), box.path("ram"));

    assertThat(process.errno("link", box.path("ram"), box.path("other"))).isEqualTo("EPERM");
    for (String type : new String[] {"S_IFCHR", "S_IFBLK", "S_IFIFO", "S_IFSOCK"}) {
      assertThat(process.errno("mknod", box.path("node"), type + "|0600", 0x103))
          .as(type)
          .isEqualTo("EPERM");
    }
    assertThat(process.errno("mknod", box.path("node"), "S_IFREG|0640")).isEqualTo(NONE);
    assertThat(process.stat(box.path("node")).mode()).isEqualTo("100640");
  }

  @Test
  void whoMayNotWriteTheDirectoryMayNotPut(TestBox box) {
    OtherProcess root = box.process();
    root.run("chmod", box.path(), "0755");
    OtherProcess user = box.process(1000, 1000);

    assertThat(user.tryPut(user.memfd(""), box.path("ram"))).isEqualTo("EACCES");
  }
}
