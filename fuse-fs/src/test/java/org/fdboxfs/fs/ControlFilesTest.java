package org.fdboxfs.fs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.fake.Refusals.errnoOf;
import static org.fdboxfs.fs.Mount.O_RDONLY;
import static org.fdboxfs.fs.Mount.O_RDWR;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.HashSet;
import java.util.Set;
import org.fdboxfs.model.Attributes;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FsException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ControlFilesTest {
  private final Mount mount = new Mount();
  private final FdBoxFs fs = mount.fs;

  ControlFilesTest() throws FsException {
    fs.mkdir("/private", 0700, mount.alice);
    mount.processes.groups = Set.of();
  }

  private JsonObject status(Caller caller) throws FsException {
    return JsonParser.parseString(mount.read("/.fdbox/status", caller)).getAsJsonObject();
  }

  @Test
  void theDirectoryAndItsFilesHaveInodesOfTheirOwn() throws FsException {
    Set<Long> inodes = new HashSet<>();
    Attributes directory = fs.getattr("/.fdbox");
    assertThat(directory.directory()).isTrue();
    assertThat(directory.mode()).isEqualTo(0555);
    inodes.add(directory.inode());
    for (String name : mount.control.names()) {
      Attributes file = fs.getattr("/.fdbox/" + name);
      assertThat(file.directory()).isFalse();
      assertThat(file.uid()).isZero();
      assertThat(file.inode()).isEqualTo(mount.control.inodeOf(name));
      assertThat(inodes.add(file.inode())).as(name).isTrue();
    }
    assertThat(fs.getattr("/.fdbox/policy").mode()).isEqualTo(0644);
    assertThat(errnoOf(() -> fs.getattr("/.fdbox/no"))).isEqualTo(Errno.ENOENT);
    assertThat(errnoOf(() -> fs.open("/.fdbox", O_RDONLY, mount.root))).isEqualTo(Errno.EISDIR);
  }

  @Test
  void aPlainListingDoesNotShowTheDirectory() throws FsException {
    var listing = fs.readdir(fs.opendir("/", mount.alice), 0);
    for (int i = 0; listing != null && i < listing.size(); i++) {
      assertThat(listing.name(i)).isNotEqualTo(".fdbox");
    }
    assertThat(listing).isNotNull();
    assertThat(fs.readdir(fs.opendir("/.fdbox", mount.alice), 0)).isNull();
  }

  @Test
  void statusTellsOfTheMountAndOfWhatTheReaderMayList() throws FsException {
    mount.put("/box/ram", FdKind.MEMFD, mount.alice);
    mount.put("/private/secret", FdKind.MEMFD, mount.alice);
    long handle = fs.open("/box/ram", O_RDWR, mount.bob);
    JsonObject status = status(mount.bob);
    assertThat(status.get("pid").getAsInt()).isEqualTo(4242);
    assertThat(status.get("version").getAsString()).isEqualTo("0.1");
    assertThat(status.get("mountpoint").getAsString()).isEqualTo("/mnt");
    assertThat(status.get("keeper").getAsString()).isEqualTo("none");
    assertThat(status.getAsJsonObject("features").get("passthrough").getAsBoolean()).isFalse();
    JsonArray boxes = status.getAsJsonArray("boxes");
    assertThat(boxes).hasSize(1);
    JsonObject entry =
        boxes.get(0).getAsJsonObject().getAsJsonArray("entries").get(0).getAsJsonObject();
    assertThat(entry.get("path").getAsString()).isEqualTo("ram");
    assertThat(entry.get("claims").getAsInt()).isEqualTo(1);
    assertThat(entry.get("writers").getAsInt()).isEqualTo(1);
    JsonObject claimant = entry.getAsJsonArray("claimants").get(0).getAsJsonObject();
    assertThat(claimant.get("pid").getAsInt()).isEqualTo(200);
    assertThat(claimant.get("command").getAsString()).isEqualTo("sh");
    assertThat(status(mount.root).getAsJsonArray("boxes")).hasSize(2);
    fs.release(handle);
  }

  @Test
  void aNameIsWrittenSoThatJsonCanBeRead() throws FsException {
    String name = "a\"b\\c\nd";
    mount.put("/box/" + name, FdKind.PIPE, mount.alice);
    JsonObject box = status(mount.bob).getAsJsonArray("boxes").get(0).getAsJsonObject();
    JsonObject entry = box.getAsJsonArray("entries").get(0).getAsJsonObject();
    assertThat(entry.get("path").getAsString()).isEqualTo(name);
  }

  @Test
  void aTextStaysTheSameForItsHandle() throws FsException {
    long handle = fs.open("/.fdbox/status", O_RDONLY, mount.alice);
    String first = mount.read(handle);
    mount.put("/box/ram", FdKind.MEMFD, mount.alice);
    assertThat(mount.read(handle)).isEqualTo(first);
    assertThat(mount.read("/.fdbox/status", mount.alice)).isNotEqualTo(first);
    assertThat(fs.content().read(handle, mount.memory.buffer(10), first.length() + 5)).isZero();
    assertThat(fs.content().read(handle, mount.memory.buffer(10), first.length() - 3)).isEqualTo(3);
    assertThat(errnoOf(() -> mount.write(handle, "x", 0))).isEqualTo(Errno.EBADF);
  }

  @Test
  void metricsNameNobodyAndNothing() throws FsException {
    mount.put("/private/secret", FdKind.MEMFD, mount.alice);
    errnoOf(() -> mount.put("/private/e", FdKind.EPOLL, mount.alice));
    String metrics = mount.read("/.fdbox/metrics", mount.bob);
    assertThat(metrics)
        .contains("fdboxfs_boxes 2\n")
        .contains("fdboxfs_entries 1\n")
        .contains("fdboxfs_events_total{type=\"put\"} 1\n")
        .contains("fdboxfs_denials_total{errno=\"EOPNOTSUPP\"} 1\n")
        .endsWith("# EOF\n")
        .doesNotContain("secret")
        .doesNotContain("private");
  }

  private String explain(Caller caller, String request) throws FsException {
    long handle = fs.open("/.fdbox/explain", O_RDWR, caller);
    try {
      mount.write(handle, request, 0);
      return mount.read(handle);
    } finally {
      fs.release(handle);
    }
  }

  @Test
  void aRequestIsExplained() throws FsException {
    mount.put("/box/ram", FdKind.MEMFD, mount.alice);
    String answer = explain(mount.alice, "{\"path\": \"/box/ram\"}");
    assertThat(JsonParser.parseString(answer).getAsJsonObject().has("rules")).isTrue();
    assertThat(explain(mount.bob, "{\"path\": \"/box/ram\"}")).contains("posix", "EACCES");
    assertThat(explain(mount.alice, "{\"path\": \"/box/no\"}")).contains("ENOENT");
    assertThat(
            explain(
                mount.alice, "{\"path\": \"/box/x\", \"operation\": \"put\", \"kind\": \"epoll\"}"))
        .contains("type", "EOPNOTSUPP");
  }

  @Test
  void onlyRootAsksForSomebodyElse() throws FsException {
    mount.put("/private/secret", FdKind.MEMFD, mount.alice);
    String asAlice = "{\"path\": \"/private/secret\", \"uid\": 1000}";
    assertThat(errnoOf(() -> explain(mount.bob, asAlice))).isEqualTo(Errno.EPERM);
    assertThat(explain(mount.root, asAlice)).doesNotContain("EACCES");
    assertThat(explain(mount.alice, asAlice)).doesNotContain("EACCES");
    assertThat(explain(mount.root, "{\"path\": \"/private/secret\", \"uid\": 2000}"))
        .contains("EACCES");
    assertThat(
            explain(
                mount.root,
                "{\"path\": \"/box/x\", \"operation\": \"put\", \"uid\": 7, \"groups\": [0]}"))
        .contains("EACCES");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no json",
        "[]",
        "5",
        "null",
        "{}",
        "{\"path\": \"box\"}",
        "{\"path\": {}}",
        "{\"path\": null}",
        "{\"path\": [\"/a\", \"/b\"]}",
        "{\"path\": \"/box\", \"operation\": \"dance\"}",
        "{\"path\": \"/box\", \"access\": \"all\"}",
        "{\"path\": \"/box\", \"uid\": \"me\"}",
        "{\"path\": \"/box\", \"uid\": -5}",
        "{\"path\": \"/box\", \"uid\": {}}",
        "{\"path\": \"/box\", \"uid\": 7, \"groups\": [\"x\"]}",
        "{\"path\": \"/box\""
      })
  void whatIsNoRequestIsRefused(String text) {
    assertThat(errnoOf(() -> explain(mount.root, text))).isEqualTo(Errno.EINVAL);
  }
}
