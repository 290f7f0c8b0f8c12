package org.fdboxfs.fs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.fake.Refusals.errnoOf;
import static org.fdboxfs.fs.Mount.O_RDONLY;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FsException;
import org.fdboxfs.policy.ExtendedAttributes.SetMode;
import org.fdboxfs.policy.Journal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EventsFileTest {
  private static final byte[] NONE = "none".getBytes(StandardCharsets.UTF_8);

  private final Mount mount = new Mount();
  private final FdBoxFs fs = mount.fs;

  EventsFileTest() throws FsException {
    fs.mkdir("/private", 0700, mount.alice);
    mount.processes.groups = Set.of();
  }

  private long open(Caller caller) throws FsException {
    return fs.open("/.fdbox/events", O_RDONLY, caller);
  }

  private FakeWakeUp wakeUp(int index) {
    return mount.wakeUps.get(index);
  }

  @Test
  void aReaderGetsWhatHappensFromItsOpenOn() throws FsException {
    mount.put("/box/before", FdKind.PIPE, mount.alice);
    long handle = open(mount.bob);
    assertThat(errnoOf(() -> mount.events(handle))).isEqualTo(Errno.EAGAIN);
    assertThat(wakeUp(0).raised()).isFalse();
    mount.put("/box/after", FdKind.PIPE, mount.alice);
    assertThat(wakeUp(0).raised()).isTrue();
    String line = mount.events(handle);
    assertThat(line).endsWith("\n").doesNotContain("before");
    var event = JsonParser.parseString(line).getAsJsonObject();
    assertThat(event.get("type").getAsString()).isEqualTo("put");
    assertThat(event.get("path").getAsString()).isEqualTo("/box/after");
    assertThat(event.get("uid").getAsInt()).isEqualTo(1000);
    assertThat(wakeUp(0).raised()).isFalse();
    assertThat(errnoOf(() -> mount.events(handle))).isEqualTo(Errno.EAGAIN);
  }

  @Test
  void aLineThatDoesNotFitIsReadOn() throws FsException {
    long handle = open(mount.alice);
    mount.put("/box/x", FdKind.PIPE, mount.alice);
    Stream stream = mount.stream(handle);
    StringBuilder text = new StringBuilder();
    var buffer = mount.memory.buffer(7);
    while (text.indexOf("\n") < 0) {
      text.append(mount.text(buffer, stream.readNow(buffer)));
    }
    assertThat(JsonParser.parseString(text.toString()).isJsonObject()).isTrue();
  }

  @Test
  void nobodyIsToldOfWhatItCouldNotList() throws FsException {
    long handle = open(mount.bob);
    mount.put("/private/secret", FdKind.PIPE, mount.alice);
    assertThat(errnoOf(() -> mount.events(handle))).isEqualTo(Errno.EAGAIN);
    mount.put("/box/seen", FdKind.PIPE, mount.alice);
    assertThat(mount.events(handle)).contains("seen").doesNotContain("secret");
  }

  @Test
  void anEventHasWhatItTakesToDecideAgain() throws FsException {
    mount.processes.groups = Set.of(1000, 44);
    long handle = open(mount.alice);
    Caller asking = mount.processes.caller(1000, 1000, 101);
    mount.put("/box/x", FdKind.PIPE, asking);
    fs.open("/box/x", O_RDONLY, asking);
    String[] lines = mount.events(handle).split("\n", -1);
    JsonObject put = JsonParser.parseString(lines[0]).getAsJsonObject();
    assertThat(put.get("gid").getAsInt()).isEqualTo(1000);
    assertThat(put.get("groups")).hasToString("[44,1000]");
    assertThat(put.has("cgroup")).isTrue();
    assertThat(put.get("kind").getAsString()).isEqualTo("pipe");
    assertThat(put.get("owner").getAsInt()).isEqualTo(1000);
    assertThat(put.get("mode").getAsString()).isEqualTo("0600");
    JsonObject opened = JsonParser.parseString(lines[1]).getAsJsonObject();
    assertThat(opened.get("access").getAsString()).isEqualTo("read");
    assertThat(opened.get("claim").getAsInt()).isPositive();
  }

  @Test
  void whoAskedIsToldInFullToThatUserAndRootAlone() throws FsException {
    long bobs = open(mount.bob);
    long roots = open(mount.root);
    mount.put("/box/x", FdKind.PIPE, mount.alice);
    mount.guard.attributes().set("/box", "user.fdbox.link", NONE, SetMode.ANY, mount.alice);
    assertThat(mount.events(bobs))
        .contains("\"path\":\"/box/x\"", "\"user.fdbox.link\"")
        .doesNotContain("\"gid\"", "\"groups\"", "\"cgroup\"", "none");
    assertThat(mount.events(roots)).contains("\"gid\":1000", "\"groups\"", "user.fdbox.link=none");
  }

  @Test
  void processesAreLookedAtOnlyWhereSomebodyListensWhoMayKnow() throws FsException {
    mount.put("/box/x", FdKind.PIPE, mount.alice);
    long bobs = open(mount.bob);
    mount.processes.lookedUp.clear();
    fs.open("/box/x", O_RDONLY, mount.processes.caller(1000, 1000, 101));
    assertThat(mount.events(bobs)).contains("/box/x");
    assertThat(mount.processes.lookedUp).doesNotContain("cgroup");
  }

  @Test
  void aSlowReaderIsToldHowMuchItMissed() throws FsException {
    long handle = open(mount.root);
    for (int i = 0; i < Journal.EVENTS + 20; i++) {
      fs.release(openAndCreate("/box/x", i));
    }
    String first = mount.events(handle);
    assertThat(first).startsWith("{\"type\":\"lost\",\"events\":");
    int read = first.split("\n", -1).length - 2;
    for (boolean more = true; more; ) {
      try {
        String lines = mount.events(handle);
        assertThat(lines).doesNotContain("lost");
        read += lines.split("\n", -1).length - 1;
      } catch (FsException e) {
        more = false;
      }
    }
    assertThat(read).isEqualTo(Journal.EVENTS);
  }

  private long openAndCreate(String path, int round) throws FsException {
    return round == 0
        ? fs.create(path, 0666, O_RDONLY, mount.alice)
        : fs.open(path, O_RDONLY, mount.alice);
  }

  @Test
  void whoDoesNotReadIsWokenOnce() throws FsException {
    long handle = open(mount.root);
    for (int i = 0; i < 5; i++) {
      fs.release(openAndCreate("/box/x", i));
    }
    assertThat(wakeUp(0).raises()).isEqualTo(1);

    mount.events(handle);
    fs.release(openAndCreate("/box/x", 5));
    assertThat(wakeUp(0).raises()).isEqualTo(2);
  }

  @Test
  void moreThanABatchKeepsTheReaderAwake() throws FsException {
    long handle = open(mount.root);
    for (int i = 0; i < 100; i++) {
      fs.release(openAndCreate("/box/x", i));
    }
    mount.events(handle);
    assertThat(wakeUp(0).raised()).isTrue();
    for (int i = 0; i < 10 && wakeUp(0).raised(); i++) {
      mount.events(handle);
    }
    assertThat(wakeUp(0).raised()).isFalse();
    assertThat(errnoOf(() -> mount.events(handle))).isEqualTo(Errno.EAGAIN);
  }

  @Test
  void eventsAreNeitherSoughtNorWritten() throws FsException {
    long handle = open(mount.alice);
    assertThat(errnoOf(() -> fs.content().read(handle, mount.memory.buffer(5), 0)))
        .isEqualTo(Errno.ESPIPE);
    assertThat(errnoOf(() -> mount.write(handle, "x", 0))).isEqualTo(Errno.EBADF);
    Stream stream = mount.stream(handle);
    assertThat(errnoOf(() -> stream.writeNow(mount.memory.buffer(5)))).isEqualTo(Errno.EBADF);
  }

  @Test
  void aUserReadsThemSoManyTimesAndAllTogether() throws FsException {
    List<Long> handles = new ArrayList<>();
    assertThat(errnoOf(() -> openAll(handles, mount.bob))).isEqualTo(Errno.ENFILE);
    assertThat(handles).hasSize(16);
    open(mount.alice);
    fs.release(handles.get(0));
    assertThat(wakeUp(0).closed()).isTrue();
    open(mount.bob);
    assertThat(errnoOf(() -> openAll(handles, mount.root))).isEqualTo(Errno.ENFILE);
    assertThat(handles).hasSize(16 + 256 - 17);
  }

  private void openAll(List<Long> handles, Caller caller) throws FsException {
    while (handles.size() < 1000) {
      handles.add(open(caller));
    }
  }

  @Test
  void aClosedReaderIsNotWokenAnyMore() throws FsException {
    FakeWakeUp wakeUp = new FakeWakeUp();
    EventStream stream =
        new EventStream(
            mount.guard.journal(),
            mount.guard.inspection(),
            mount.alice,
            wakeUp,
            mount.memory,
            () -> {});
    stream.close();
    stream.eventCame(); // from a thread that had the list of readers before
    assertThat(wakeUp.touchedAfterClose()).isFalse();
    stream.close();
    assertThat(wakeUp.touchedAfterClose()).isFalse();
  }

  @Test
  void readersComeAndGoWhileThingsHappen() throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    CountDownLatch started = new CountDownLatch(1);
    Caller other = mount.processes.caller(1000, 1000, 300);
    Thread busy =
        new Thread(
            () -> {
              try {
                long first = fs.create("/box/busy", 0666, O_RDONLY, other);
                started.countDown();
                while (!stop.get()) {
                  fs.release(fs.open("/box/busy", O_RDONLY, other));
                }
                fs.release(first);
              } catch (FsException e) {
                throw new AssertionError(e);
              }
            });
    busy.start();
    started.await();
    for (int i = 0; i < 2_000; i++) {
      fs.release(open(mount.alice));
    }
    stop.set(true);
    busy.join();
    assertThat(mount.wakeUps).noneMatch(FakeWakeUp::touchedAfterClose);
    assertThat(fs.handles().size()).isZero();
  }
}
