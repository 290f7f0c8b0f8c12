package org.fdboxfs.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.testing.OtherProcess.NONE;

import org.junit.jupiter.api.Test;

/** What an entry of memory does, whether or not its bytes go past the daemon. */
abstract class MemoryContract {
  @Test
  void whatAnotherHolderWritesIsReadAtOnceAndTheOtherWayRound(TestBox box) {
    OtherProcess holder = box.process();
    long fd = holder.memfd("before");
    holder.put(fd, box.path("ram"));
    OtherProcess user = box.process();
    long handle = user.open(box.path("ram"), "O_RDWR");
    assertThat(user.text("read", handle, 100, 0)).isEqualTo("before");

    holder.run("write", fd, "after!", 0);
    assertThat(user.text("read", handle, 100, 0)).isEqualTo("after!");

    user.run("write", handle, "AFTER", 0);
    assertThat(holder.text("read", fd, 100, 0)).isEqualTo("AFTER!");
  }

  @Test
  void aReadOnlyOpenCanNeverWrite(TestBox box) {
    OtherProcess process = box.process();
    process.put(process.memfd("fixed"), box.path("ram"));
    long handle = process.open(box.path("ram"), "O_RDONLY");

    assertThat(process.errno("write", handle, "x", 0)).isEqualTo("EBADF");
    assertThat(process.errno("ftruncate", handle, 0)).isEqualTo("EINVAL");
    assertThat(process.errno("fallocate", handle, 0, 0, 100)).isEqualTo("EBADF");
    assertThat(process.errno("map", handle, 4096, "PROT_READ|PROT_WRITE", "MAP_SHARED"))
        .isIn("EACCES", "ENODEV");
    assertThat(process.content(box.path("ram"))).isEqualTo("fixed");
  }

  @Test
  void aWriteOnlyOpenCanNeverRead(TestBox box) {
    OtherProcess process = box.process();
    process.put(process.memfd("secret"), box.path("ram"));
    long handle = process.open(box.path("ram"), "O_WRONLY");

    assertThat(process.errno("read", handle, 10, 0)).isEqualTo("EBADF");
    assertThat(process.run("write", handle, "public", 0)).isEqualTo(6);
  }

  @Test
  void whatWasPutReadOnlyIsNeverOpenedForWritingNorTruncated(TestBox box) {
    OtherProcess process = box.process();
    long writable = process.memfd("fixed");
    long readOnly = process.open("/proc/self/fd/" + writable, "O_RDONLY");
    process.put(readOnly, box.path("ram"));
    process.run("chmod", box.path("ram"), "0666");

    assertThat(process.tryOpen(box.path("ram"), "O_RDWR")).isEqualTo("EACCES");
    assertThat(process.tryOpen(box.path("ram"), "O_WRONLY")).isEqualTo("EACCES");
    assertThat(process.tryOpen(box.path("ram"), "O_RDONLY|O_TRUNC")).isNotEqualTo(NONE);
    assertThat(process.errno("truncate", box.path("ram"), 0)).isEqualTo("EACCES");
    assertThat(process.content(box.path("ram"))).isEqualTo("fixed");
  }

  @Test
  void aNewRegularFileIsANewMemfd(TestBox box) {
    OtherProcess process = box.process(1000, 1000);

    long handle = process.run("open", box.path("new"), "O_CREAT|O_RDWR", "0640");
    process.run("write", handle, "hello");
    process.close(handle);

    assertThat(process.content(box.path("new"))).isEqualTo("hello");
    assertThat(process.xattr(box.path("new"), "user.fdbox.kind")).isEqualTo("memfd");
    assertThat(process.stat(box.path("new")).mode()).isEqualTo("100640");
    assertThat(process.stat(box.path("new")).uid()).isEqualTo(1000);
    assertThat(process.tryOpen(box.path("new"), "O_CREAT|O_EXCL|O_RDWR")).isEqualTo("EEXIST");
  }

  @Test
  void aNewFileOfModeZeroMayStillBeWrittenThroughItsFirstHandle(TestBox box) {
    OtherProcess process = box.process(1000, 1000);

    long handle = process.run("open", box.path("new"), "O_CREAT|O_RDWR", "0");

    assertThat(process.run("write", handle, "x")).isEqualTo(1);
    assertThat(process.tryOpen(box.path("new"), "O_RDONLY")).isEqualTo("EACCES");
  }

  @Test
  void appendingHandlesAllWriteAtTheEnd(TestBox box) {
    OtherProcess process = box.process();
    process.put(process.memfd("start "), box.path("ram"));
    long one = process.open(box.path("ram"), "O_WRONLY|O_APPEND");
    long two = process.open(box.path("ram"), "O_WRONLY|O_APPEND");

    process.run("write", one, "one ");
    process.run("write", two, "two ");
    process.run("write", one, "three");

    assertThat(process.content(box.path("ram"))).isEqualTo("start one two three");
  }

  @Test
  void openWithTruncationEmpties(TestBox box) {
    OtherProcess holder = box.process();
    long fd = holder.memfd("full");
    holder.put(fd, box.path("ram"));

    holder.close(holder.open(box.path("ram"), "O_WRONLY|O_TRUNC"));

    assertThat(holder.fstat(fd).size()).isZero();
  }

  @Test
  void truncationByNameAndByHandleReachesEveryHolder(TestBox box) {
    OtherProcess holder = box.process();
    long fd = holder.memfd("0123456789");
    holder.put(fd, box.path("ram"));
    OtherProcess user = box.process();

    user.run("truncate", box.path("ram"), 4);
    assertThat(holder.fstat(fd).size()).isEqualTo(4);
    long handle = user.open(box.path("ram"), "O_RDWR");
    user.run("ftruncate", handle, 8192);
    assertThat(holder.fstat(fd).size()).isEqualTo(8192);
    assertThat(user.fstat(handle).size()).isEqualTo(8192);
    assertThat(user.stat(box.path("ram")).size()).isEqualTo(8192);
  }

  @Test
  void whatWasCutOffComesBackAsZeros(TestBox box) {
    OtherProcess process = box.process();
    process.put(process.memfd("0123456789"), box.path("ram"));
    long handle = process.open(box.path("ram"), "O_RDWR");
    assertThat(process.text("read", handle, 10, 0)).isEqualTo("0123456789");

    process.run("ftruncate", handle, 3);
    process.run("ftruncate", handle, 6);

    assertThat(process.text("read", handle, 10, 0)).isEqualTo("012\0\0\0");
  }

  @Test
  void sizesAreTrueAtOnceWhenAnotherHolderGrowsTheMemory(TestBox box) {
    OtherProcess holder = box.process();
    long fd = holder.memfd("");
    holder.put(fd, box.path("ram"));
    OtherProcess user = box.process();
    long handle = user.open(box.path("ram"), "O_RDONLY");
    for (long size = 1; size < 1L << 30; size *= 7) {
      holder.run("ftruncate", fd, size);

      assertThat(user.stat(box.path("ram")).size()).isEqualTo(size);
      assertThat(user.fstat(handle).size()).isEqualTo(size);
    }
  }

  @Test
  void fallocateGrowsAndPunches(TestBox box) {
    OtherProcess holder = box.process();
    long fd = holder.memfd("0123456789");
    holder.put(fd, box.path("ram"));
    long handle = holder.open(box.path("ram"), "O_RDWR");

    holder.run("fallocate", handle, 0, 0, 8192);
    assertThat(holder.fstat(fd).size()).isEqualTo(8192);
    holder.run("fallocate", handle, "FALLOC_FL_PUNCH_HOLE|FALLOC_FL_KEEP_SIZE", 2, 3);
    assertThat(holder.text("read", handle, 10, 0)).isEqualTo("01\0\0\0" + "56789");
    holder.run("fallocate", handle, "FALLOC_FL_KEEP_SIZE", 0, 65536);
    assertThat(holder.fstat(handle).size()).isEqualTo(8192);
    assertThat(holder.fstat(fd).size()).isEqualTo(8192);
  }

  @Test
  void sealsOfTheMemfdAreObeyed(TestBox box) {
    OtherProcess holder = box.process();
    long fd = holder.memfd("sealed");
    holder.run("addseals", fd, "F_SEAL_SHRINK|F_SEAL_WRITE");
    holder.put(fd, box.path("ram"));

    assertThat(holder.errno("truncate", box.path("ram"), 0)).isEqualTo("EPERM");
    String opened = holder.tryOpen(box.path("ram"), "O_RDWR");
    if (opened.equals(NONE)) {
      long handle = holder.open(box.path("ram"), "O_RDWR");
      assertThat(holder.errno("write", handle, "x", 0)).isEqualTo("EPERM");
    }
    assertThat(holder.content(box.path("ram"))).isEqualTo("sealed");
  }

  @Test
  void manyHandlesOfOneEntryInManyModesWorkAtOnce(TestBox box) {
    OtherProcess process = box.process();
    process.put(process.memfd("shared"), box.path("ram"));
    for (int round = 0; round < 20; round++) {
      long reader = process.open(box.path("ram"), "O_RDONLY");
      long writer = process.open(box.path("ram"), "O_WRONLY");
      long both = process.open(box.path("ram"), "O_RDWR");
      process.run("write", writer, "r" + (round % 10), 0);
      assertThat(process.text("read", reader, 2, 0)).isEqualTo("r" + (round % 10));
      assertThat(process.text("read", both, 2, 0)).isEqualTo("r" + (round % 10));
      process.close(round % 2 == 0 ? reader : writer);
      process.close(round % 2 == 0 ? writer : reader);
      process.close(both);
    }
  }

  @Test
  void largeWritesArriveWhole(TestBox box) {
    OtherProcess process = box.process();
    long fd = process.memfd("");
    process.put(fd, box.path("ram"));
    long handle = process.open(box.path("ram"), "O_RDWR");
    String block = "0123456789abcdef".repeat(20_000);

    assertThat(process.run("write", handle, block, 12345)).isEqualTo(block.length());

    assertThat(process.text("read", fd, block.length(), 12345)).isEqualTo(block);
    assertThat(process.text("read", handle, block.length(), 12345)).isEqualTo(block);
  }

  @Test
  void readsEndAtTheEndOfTheMemory(TestBox box) {
    OtherProcess process = box.process();
    process.put(process.memfd("1234567"), box.path("ram"));
    long handle = process.open(box.path("ram"), "O_RDONLY");

    assertThat(process.text("read", handle, 100, 5)).isEqualTo("67");
    assertThat(process.text("read", handle, 100, 7)).isEmpty();
    assertThat(process.text("read", handle, 100, 1L << 40)).isEmpty();
  }

  @Test
  void whatIsOpenIsReadOnAfterItsNameIsGone(TestBox box) {
    OtherProcess process = box.process();
    process.put(process.memfd("still here"), box.path("ram"));
    long handle = process.open(box.path("ram"), "O_RDWR");
    process.run("unlink", box.path("ram"));
    long directory = process.run("opendir", box.path());
    assertThat(process.text("names", directory)).as("no .fuse_hidden").isEmpty();
    process.run("closedir", directory);

    assertThat(process.text("read", handle, 100, 0)).isEqualTo("still here");
    process.run("write", handle, "STILL", 0);
    process.run("ftruncate", handle, 5);
    process.run("fchmod", handle, "0640");
    process.run("fchown", handle, 1000, 1001);
    process.run("fallocate", handle, 0, 0, 4096);
    Stat stat = process.fstat(handle);
    assertThat(stat.size()).isEqualTo(4096);
    assertThat(stat.mode()).isEqualTo("100640");
    assertThat(stat.uid()).isEqualTo(1000);
    assertThat(stat.links()).isZero();
    assertThat(process.errno("stat", box.path("ram"))).isEqualTo("ENOENT");
  }

  @Test
  void whatIsOpenStaysItselfWhenItsNameIsReplaced(TestBox box) {
    OtherProcess process = box.process();
    process.put(process.memfd("old"), box.path("ram"));
    process.put(process.memfd("newer"), box.path("next"));
    long old = process.open(box.path("ram"), "O_RDWR");
    long next = process.open(box.path("next"), "O_RDWR");
    process.run("rename", box.path("next"), box.path("ram"));

    assertThat(process.fstat(old).size()).isEqualTo(3);
    assertThat(process.fstat(next).size()).isEqualTo(5);
    process.run("fchmod", old, "0604");
    process.run("ftruncate", old, 1);
    assertThat(process.fstat(old).mode()).isEqualTo("100604");
    assertThat(process.stat(box.path("ram")).mode()).isEqualTo("100600");
    assertThat(process.content(box.path("ram"))).isEqualTo("newer");
    assertThat(process.text("read", old, 10, 0)).isEqualTo("o");
  }

  @Test
  void aNameThatWasTakenAgainIsAnotherFile(TestBox box) {
    OtherProcess process = box.process();
    process.put(process.memfd("first"), box.path("ram"));
    long handle = process.open(box.path("ram"), "O_RDONLY");
    process.run("unlink", box.path("ram"));
    process.put(process.memfd("second"), box.path("ram"));

    assertThat(process.content(box.path("ram"))).isEqualTo("second");
    assertThat(process.text("read", handle, 100, 0)).isEqualTo("first");
    assertThat(process.fstat(handle).size()).isEqualTo(5);
    assertThat(process.stat(box.path("ram")).size()).isEqualTo(6);
  }

  @Test
  void locksAreTheKernelsAndWorkBetweenProcesses(TestBox box) {
    OtherProcess one = box.process();
    OtherProcess two = box.process();
    one.put(one.memfd(""), box.path("ram"));
    long first = one.open(box.path("ram"), "O_RDWR");
    long second = two.open(box.path("ram"), "O_RDWR");

    one.run("flock", first, "LOCK_EX");
    assertThat(two.errno("flock", second, "LOCK_EX|LOCK_NB")).isEqualTo("EAGAIN");
    one.close();
    two.run("flock", second, "LOCK_EX");
  }

  @Test
  void syncSucceeds(TestBox box) {
    OtherProcess process = box.process();
    long handle = process.run("open", box.path("new"), "O_CREAT|O_RDWR");

    assertThat(process.errno("sync", handle)).isEqualTo(NONE);
  }
}
