package org.fdboxfs.fs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.fake.Refusals.errnoOf;
import static org.fdboxfs.fs.Mount.O_RDONLY;
import static org.fdboxfs.fs.Mount.O_RDWR;
import static org.fdboxfs.fs.Mount.O_WRONLY;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FsException;
import org.junit.jupiter.api.Test;

/** What handles take of the daemon's memory: nobody can take all, so that others find some. */
class SharesTest {
  private static final int PLENTY = 200_000;

  private final Mount mount = new Mount();
  private final FdBoxFs fs = mount.fs;

  SharesTest() throws FsException {}

  private interface Opening {
    long open() throws FsException;
  }

  /** Opens until it is refused; that must be with an errno. */
  private static List<Long> openAll(Errno refusal, Opening opening) {
    List<Long> handles = new ArrayList<>();
    while (handles.size() < PLENTY) {
      try {
        handles.add(opening.open());
      } catch (FsException e) {
        assertThat(e.errno()).isEqualTo(refusal);
        return handles;
      }
    }
    throw new AssertionError("there is no end of it");
  }

  private long openDirectory(Caller caller) throws FsException {
    return fs.opendir("/box", caller);
  }

  private long openControlFile(Caller caller) throws FsException {
    return fs.open("/.fdbox/status", O_RDONLY, caller);
  }

  @Test
  void handlesOfDirectories() throws FsException {
    List<Long> alices = openAll(Errno.ENFILE, () -> openDirectory(mount.alice));

    assertThat(alices).hasSize(HandleTable.MOST_WITHOUT_CLAIM / 5);
    assertThat(errnoOf(() -> openControlFile(mount.alice))).isEqualTo(Errno.ENFILE);
    fs.releasedir(openDirectory(mount.bob));
    fs.releasedir(alices.get(0));
    fs.releasedir(openDirectory(mount.alice));
  }

  @Test
  void handlesOfControlFiles() throws FsException {
    List<Long> alices = openAll(Errno.ENFILE, () -> openControlFile(mount.alice));

    assertThat(alices).hasSize(HandleTable.MOST_WITHOUT_CLAIM / 5);
    assertThat(errnoOf(() -> openDirectory(mount.alice))).isEqualTo(Errno.ENFILE);
    fs.release(openControlFile(mount.bob));
    fs.release(alices.get(0));
    fs.release(openControlFile(mount.alice));
  }

  @Test
  void whatCannotBeOpenedTakesNothing() throws FsException {
    for (int i = 0; i < HandleTable.MOST_WITHOUT_CLAIM; i++) {
      assertThat(errnoOf(() -> fs.opendir("/none", mount.alice))).isEqualTo(Errno.ENOENT);
      assertThat(errnoOf(() -> fs.open("/.fdbox/none", O_RDONLY, mount.alice)))
          .isEqualTo(Errno.ENOENT);
    }
    fs.releasedir(openDirectory(mount.alice));
  }

  @Test
  void namesThatAreListed() throws FsException {
    for (int i = 0; i < 50_000; i++) {
      fs.mkdir("/box/" + i, 0755, mount.alice);
    }

    List<Long> alices =
        openAll(
            Errno.ENOMEM,
            () -> {
              long handle = openDirectory(mount.alice);
              fs.readdir(handle, 0);
              return handle;
            });

    assertThat(alices).hasSize(13);
    long bobs = openDirectory(mount.bob);
    assertThat(fs.readdir(bobs, 0)).isNotNull();
    fs.releasedir(bobs);
    fs.releasedir(alices.get(0));
    long another = openDirectory(mount.alice);
    assertThat(fs.readdir(another, 0)).isNotNull();
  }

  @Test
  void bytesOfTexts() throws FsException {
    String path = "/box/" + "x".repeat(100_000);
    assertThat(errnoOf(() -> fs.symlink("/etc", path, mount.alice))).isEqualTo(Errno.EINVAL);

    List<Long> alices =
        openAll(
            Errno.ENOMEM,
            () -> {
              long handle = fs.open("/.fdbox/denials", O_RDONLY, mount.alice);
              fs.content().read(handle, mount.memory.buffer(10), 0);
              return handle;
            });

    assertThat(alices.size()).isBetween(300, 336); // 32 MiB
    assertThat(mount.read("/.fdbox/metrics", mount.bob)).endsWith("# EOF\n");
    fs.release(alices.get(0));
    assertThat(mount.read("/.fdbox/denials", mount.alice)).contains(path);
  }

  @Test
  void bytesOfExplanations() throws FsException {
    StringBuilder policy = new StringBuilder("version: 1\nrules:\n");
    for (int i = 0; i < 1000; i++) {
      policy.append("  - { id: " + "x".repeat(50) + i);
      policy.append(", match: { entry: none }, deny: EPERM }\n");
    }
    long file = fs.open("/.fdbox/policy", O_WRONLY, mount.root);
    mount.write(file, policy.toString(), 0);
    fs.content().flush(file);

    List<Long> alices = openAll(Errno.ENOMEM, () -> explanation(mount.alice));

    assertThat(alices.size()).isBetween(100, 1000);
    explanation(mount.bob);
    fs.release(alices.get(0));
    long again = explanation(mount.alice);
    assertThat(errnoOf(() -> explanation(mount.alice))).isEqualTo(Errno.ENOMEM);
    ask(again); // in place of the answer before
  }

  private long explanation(Caller caller) throws FsException {
    long handle = fs.open("/.fdbox/explain", O_RDWR, caller);
    ask(handle);
    return handle;
  }

  private void ask(long handle) throws FsException {
    mount.write(handle, "{\"path\":\"/box\",\"operation\":\"rmdir\"}", 0);
  }

  @Test
  void statusIsMadeForOneReaderAtATime() throws Exception {
    mount.put("/box/pipe", FdKind.PIPE, mount.alice);
    for (int i = 0; i < 40; i++) {
      fs.open("/box/pipe", O_RDONLY, mount.alice);
    }
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger together = new AtomicInteger();
    mount.processes.onCommand =
        () -> {
          together.accumulateAndGet(inside.incrementAndGet(), Math::max);
          for (int i = 0; i < 1000; i++) {
            Thread.onSpinWait(); // so that another one would be seen
          }
          inside.decrementAndGet();
        };
    ExecutorService readers = Executors.newFixedThreadPool(4);
    List<Callable<String>> reads = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      reads.add(() -> mount.read("/.fdbox/status", mount.alice));
    }

    for (Future<String> read : readers.invokeAll(reads)) {
      assertThat(read.get()).contains("\"claims\":40");
    }

    readers.shutdown();
    assertThat(together).hasValue(1);
  }
}
