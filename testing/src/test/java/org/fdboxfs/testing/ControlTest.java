package org.fdboxfs.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.testing.OtherProcess.NONE;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The files of {@code .fdbox}, and who may learn what from them. */
@Mounted
class ControlTest {
  private static final String NUMBER = "[0-9]+";

  private static List<JsonObject> lines(String text) {
    return text.lines().map(line -> JsonParser.parseString(line).getAsJsonObject()).toList();
  }

  private static String text(JsonObject line, String key) {
    return line.has(key) ? line.get(key).getAsString() : "";
  }

  @Test
  void theStatusSaysWhatThereIs(TestBox box) {
    OtherProcess process = box.process();
    process.put(process.memfd("x"), box.path("ram"));
    process.run("mkdir", box.path("net"));
    process.setXattr(box.path("net"), "user.fdbox.link", "reserve");

    JsonObject status = box.mount().status();

    assertThat(status.keySet())
        .contains("pid", "version", "mountpoint", "keeper", "features", "boxes");
    assertThat(status.get("mountpoint").getAsString()).isEqualTo(box.mount().path().toString());
    assertThat(status.get("keeper").getAsString()).isEqualTo("none");
    assertThat(Files.exists(Path.of("/proc/" + status.get("pid").getAsLong()))).isTrue();
    JsonObject own = StatusFile.box(box);
    assertThat(own.get("mode").getAsString()).isEqualTo("0777");
    JsonObject group = own.getAsJsonArray("groups").get(0).getAsJsonObject();
    assertThat(group.get("path").getAsString()).isEqualTo("net");
    assertThat(group.get("open").getAsString()).isEqualTo("reserve");
  }

  @Test
  void nobodyLearnsNamesInABoxThatHeCouldNotList(TestBox box) throws IOException {
    OtherProcess owner = box.process(1000, 1000);
    String hidden = box.boxBeside("-hidden");
    owner.run("mkdir", hidden, "0711");
    OtherProcess other = box.process(1001, 1001);
    long events = other.open(box.mount().control("events"), "O_RDONLY|O_NONBLOCK");

    owner.put(owner.memfd("x"), hidden + "/secretname");
    owner.open(hidden + "/secretname", "O_RDWR");
    assertThat(owner.errno("mkdir", hidden + "/secretname")).isEqualTo("EEXIST");
    other.tryPut(other.memfd(""), box.path("seen"));

    for (String file : List.of("status", "metrics", "denials")) {
      assertThat(other.content(box.mount().control(file))).as(file).doesNotContain("secretname");
    }
    assertThat(other.content(box.mount().control("metrics"))).doesNotContain(box.name());
    assertThat(other.text("read", events, 65536)).contains("seen").doesNotContain("secretname");
    assertThat(owner.content(box.mount().control("status"))).contains("secretname");
    assertThat(box.process().content(box.mount().control("status"))).contains("secretname");
  }

  @Test
  void refusalsAreShownToWhomTheyConcern(TestBox box) {
    OtherProcess one = box.process(1000, 1000);
    OtherProcess two = box.process(1001, 1001);
    String denials = box.mount().control("denials");
    assertThat(one.tryPut(one.run("epoll"), box.path("one-" + box.name()))).isEqualTo("EOPNOTSUPP");
    assertThat(two.tryPut(two.run("epoll"), box.path("two-" + box.name()))).isEqualTo("EOPNOTSUPP");

    assertThat(one.content(denials)).contains("one-" + box.name()).doesNotContain("two-");
    assertThat(two.content(denials)).contains("two-" + box.name()).doesNotContain("one-");
    List<JsonObject> all = lines(box.process().content(denials));
    JsonObject last = all.get(all.size() - 1);
    assertThat(text(last, "path")).isEqualTo("/" + box.name() + "/two-" + box.name());
    assertThat(text(last, "errno")).isEqualTo("EOPNOTSUPP");
    assertThat(text(last, "rule")).isNotEmpty();
    assertThat(text(last, "reason")).contains("epoll");
    assertThat(text(last, "uid")).isEqualTo("1001");
  }

  @Test
  void refusalsBeforeTheRulesAreShownToo(TestBox box) {
    OtherProcess process = box.process(1000, 1000);
    process.errno("symlink", "/etc/passwd", box.path("x"));

    List<JsonObject> all = lines(process.content(box.mount().control("denials")));

    assertThat(text(all.get(all.size() - 1), "errno")).isEqualTo("EINVAL");
  }

  @Test
  void eventsAreAStreamOfLines(TestBox box) {
    OtherProcess process = box.process();
    OtherProcess reader = box.process();
    long events = reader.open(box.mount().control("events"), "O_RDONLY");
    reader.send("poll", events, "POLLIN", 30_000);
    ProcessState.awaitSleeping(reader.pid());

    process.put(process.memfd("x"), box.path("ram"));
    assertThat(reader.answer()).isEqualTo("ok 1");
    long handle = process.open(box.path("ram"), "O_RDWR");
    process.close(handle);
    process.tryPut(process.run("epoll"), box.path("refused"));
    process.setXattr(box.path(), "user.fdbox.state", "sealed");

    List<String> types = new ArrayList<>();
    while (!types.contains("seal")) {
      lines(reader.text("read", events, 65536)).forEach(line -> types.add(text(line, "type")));
    }
    assertThat(types).containsSubsequence("put", "open", "deny", "seal");
    assertThat(types).contains("release");
  }

  @Test
  void aBlockedEventReaderIsWokenAndCanBeKilled(TestBox box) {
    OtherProcess parent = box.process();
    List<Long> readers = parent.numbers("readers", box.mount().control("events"), 2);
    readers.forEach(ProcessState::awaitInRead);

    parent.run("kill", readers.get(0), "SIGKILL");
    assertThat(parent.text("wait", readers.get(0), 10_000)).isEqualTo("signal 9");
    parent.run("mkdir", box.path("something"));

    assertThat(parent.text("wait", readers.get(1), 10_000)).isEqualTo("exit 0");
  }

  @Test
  void aSlowReaderIsToldWhatItMissed(TestBox box) {
    OtherProcess process = box.process();
    long events = process.open(box.mount().control("events"), "O_RDONLY|O_NONBLOCK");
    process.run("put_many", process.memfd(""), box.path("e"), 3_000);

    StringBuilder text = new StringBuilder();
    while (true) {
      String some = process.text("poll", events, "POLLIN", 0);
      if (some.equals("0")) {
        break;
      }
      text.append(process.text("read", events, 65536));
    }

    List<JsonObject> all = lines(text.toString());
    long lost =
        all.stream()
            .filter(line -> text(line, "type").equals("lost"))
            .mapToLong(line -> line.get("events").getAsLong())
            .sum();
    long puts = all.stream().filter(line -> text(line, "type").equals("put")).count();
    assertThat(lost).isPositive();
    assertThat(lost + puts).isEqualTo(3_000);
  }

  @Test
  void metricsAreOpenMetrics(TestBox box) {
    OtherProcess process = box.process();
    process.put(process.memfd("x"), box.path("ram"));
    process.tryPut(process.run("epoll"), box.path("y"));

    List<String> lines = process.content(box.mount().control("metrics")).lines().toList();

    assertThat(lines.get(lines.size() - 1)).isEqualTo("# EOF");
    assertThat(lines.subList(0, lines.size() - 1))
        .allMatch(
            line ->
                line.matches("# (HELP|TYPE|UNIT) [a-z_]+ .+")
                    || line.matches("[a-z_]+(\\{[a-z]+=\"[A-Za-z_ 0-9]+\"\\})? " + NUMBER),
            "a line of OpenMetrics");
    assertThat(lines).contains("fdboxfs_entries 1");
    assertThat(lines.stream().filter(line -> line.startsWith("fdboxfs_denials_total{")))
        .isNotEmpty();
  }

  @Test
  void explainSaysWhatWouldBeDecidedAndDoesNothing(TestBox box) throws IOException {
    box.policy("version: 1\nrules: [ { id: one, match: { entry: ram }, opens: 1 } ]\n");
    OtherProcess process = box.process(1000, 1000);
    process.put(process.memfd("x"), box.path("ram"));

    Command.Result free = Command.fdboxfs("explain", box.path("ram"), "--as", "1000:1000");
    assertThat(free.status()).isZero();
    process.open(box.path("ram"), "O_RDWR");
    Command.Result busy = Command.fdboxfs("explain", box.path("ram"), "--as", "1000:1000");
    assertThat(busy.status()).isEqualTo(3);
    assertThat(busy.output()).contains("EBUSY").contains("one").contains("" + process.pid());
    Command.Result stranger = Command.fdboxfs("explain", box.path("ram"), "--as", "1001");
    assertThat(stranger.output()).contains("EACCES").contains("posix");
    assertThat(Command.fdboxfs("explain", box.path("new"), "--op", "put").status()).isZero();
    assertThat(process.xattr(box.path("ram"), "user.fdbox.claims")).isEqualTo("1");
  }

  @Test
  void onlyRootAsksForOthers(TestBox box) {
    OtherProcess user = box.process(1000, 1000);
    user.put(user.memfd("x"), box.path("ram"));
    long explain = user.open(box.mount().control("explain"), "O_RDWR");
    String path = "\"path\":\"/" + box.name() + "/ram\"";

    user.run("write", explain, "{" + path + ",\"operation\":\"open\"}", 0);
    assertThat(user.text("read", explain, 65536, 0)).contains("\"permit\"");
    assertThat(user.errno("write", explain, "{" + path + ",\"uid\":0}", 0)).isEqualTo("EPERM");
    assertThat(user.errno("write", explain, "nonsense", 0)).isEqualTo("EINVAL");
  }

  @Test
  void lsShowsKindsAndClaimants(TestBox box) throws IOException {
    OtherProcess process = box.process();
    process.put(process.memfd("x"), box.path("ram"));
    process.open(box.path("ram"), "O_RDWR");

    Command.Result result = Command.fdboxfs("ls", box.path());

    assertThat(result.status()).isZero();
    assertThat(result.output()).contains("memfd").contains("ram").contains("" + process.pid());
  }

  @Test
  void whatControlFilesRefuseIsAsDocumented(TestBox box) {
    OtherProcess root = box.process();
    long policy = root.open(box.mount().control("policy"), "O_RDWR");
    assertThat(root.errno("write", policy, "version: 1\n", 7)).isEqualTo("EINVAL");
    assertThat(root.errno("write", policy, "version: 1\n", 0)).as("spoilt").isEqualTo("EINVAL");
    assertThat(root.errno("close", policy)).as("nothing comes in force").isEqualTo("EINVAL");

    long explain = root.open(box.mount().control("explain"), "O_RDWR");
    for (String question :
        List.of("[]", "{\"path\":\"box\"}", "{\"path\":\"/box\",\"uid\":\"x\"}")) {
      assertThat(root.errno("write", explain, question, 0)).as(question).isEqualTo("EINVAL");
    }
    assertThat(root.errno("seek", explain, 0, "SEEK_DATA")).isEqualTo("EINVAL");
    assertThat(root.errno("fallocate", explain, 0, 0, 1)).isEqualTo("EBADF");

    long events = root.open(box.mount().control("events"), "O_RDWR");
    assertThat(root.errno("seek", events, 0, "SEEK_HOLE")).isEqualTo("ESPIPE");
    for (String name : List.of("status", "denials", "metrics", "events")) {
      long fd = root.open(box.mount().control(name), "O_WRONLY");
      assertThat(root.errno("write", fd, "x")).as(name).isEqualTo("EBADF");
    }
    assertThat(root.errno("stat", box.mount().control("chardev"))).isEqualTo("ENOENT");
    assertThat(root.errno("setxattr", box.path(), "user.", "x")).isEqualTo("EINVAL");
  }

  @Test
  void controlFilesKeepTheirAttributes(TestBox box) {
    OtherProcess process = box.process();

    assertThat(process.errno("chmod", box.mount().control("status"), "0600")).isNotEqualTo(NONE);
    assertThat(process.errno("truncate", box.mount().control("policy"), 10)).isNotEqualTo(NONE);
    assertThat(process.stat(box.mount().control("status")).mode()).isEqualTo("100444");
    assertThat(process.tryOpen(box.mount().control("nothing"), "O_RDONLY")).isEqualTo("ENOENT");
  }
}
