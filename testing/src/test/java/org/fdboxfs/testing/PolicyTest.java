package org.fdboxfs.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fdboxfs.testing.OtherProcess.NONE;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Expressions, quotas, and replacing the policy of a running mount. */
@Mounted
class PolicyTest {
  @Test
  void anExpressionRefusesWithItsErrno(TestBox box) throws IOException {
    box.policy(
        """
        version: 1
        rules:
          - id: same-user
            match: { box: "*" }
            when: "operation == 'open' && caller.uid != entry.uid"
            deny: EPERM
          - id: no-removal
            when: "operation == 'remove' && entry.name.startsWith('keep')"
            deny: EBUSY
        """);
    OtherProcess one = box.process(1000, 1000);
    one.put(one.memfd("x"), box.path("ram"));
    one.put(one.memfd("x"), box.path("keep-me"));
    one.run("chmod", box.path("ram"), "0666");
    OtherProcess two = box.process(1001, 1001);

    assertThat(one.tryOpen(box.path("ram"), "O_RDWR")).isEqualTo(NONE);
    assertThat(two.tryOpen(box.path("ram"), "O_RDWR")).isEqualTo("EPERM");
    assertThat(box.process().tryOpen(box.path("ram"), "O_RDWR")).as("root").isEqualTo("EPERM");
    assertThat(one.errno("unlink", box.path("keep-me"))).isEqualTo("EBUSY");
    assertThat(Files.readString(Path.of(box.mount().control("denials")))).contains("same-user");
  }

  @Test
  void anExpressionSeesGroupsKindsAndBoxes(TestBox box) throws IOException {
    box.policy(
        """
        version: 1
        rules:
          - id: only-group
            when: "operation == 'open' && !(4242 in caller.groups)"
            deny: EACCES
          - id: no-pipes
            when: "operation == 'put' && entry.kind == 'pipe' && box.name.startsWith('box')"
            deny: EPERM
        """);
    OtherProcess member = box.process(1000, 1000, 7, 4242);
    OtherProcess stranger = box.process(1000, 1000, 7);
    member.put(member.memfd("x"), box.path("ram"));

    assertThat(member.tryOpen(box.path("ram"), "O_RDWR")).isEqualTo(NONE);
    assertThat(stranger.tryOpen(box.path("ram"), "O_RDWR")).isEqualTo("EACCES");
    assertThat(member.tryPut(member.numbers("pipe").get(0), box.path("r"))).isEqualTo("EPERM");
  }

  @Test
  void anExpressionThatFailsRefuses(TestBox box) throws IOException {
    OtherProcess process = box.process();
    process.put(process.memfd("x"), box.path("ram"));
    box.policy(
        """
        version: 1
        rules:
          - id: broken
            match: { entry: ram }
            when: "10 / entry.claims > 0"
            deny: EPERM
        """);

    assertThat(process.tryOpen(box.path("ram"), "O_RDONLY")).isEqualTo("EIO");
    assertThat(Files.readString(Path.of(box.mount().control("denials")))).contains("broken");
  }

  /** Whatever stood for the bytes would match no name, and a rule that refuses would be silent. */
  @Test
  void aPolicyThatIsNotUtf8IsRefused(TestBox box) throws IOException {
    Path policy = Path.of(box.mount().control("policy"));
    String before = Files.readString(policy);
    String text = "version: 1\nrules: [{ id: \u00e4, match: { entry: \u00e4 }, deny: EPERM }]\n";

    assertThatThrownBy(() -> Files.write(policy, text.getBytes(StandardCharsets.ISO_8859_1)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Invalid argument");
    assertThat(Files.readString(policy)).isEqualTo(before);
    assertThat(Files.readString(Path.of(box.mount().control("denials"))))
        .contains("line 2: not UTF-8");
    Files.writeString(policy, text);
    assertThat(Files.readString(policy)).isEqualTo(text);
    Files.writeString(policy, "\n");
  }

  @Test
  void quotasAreRefusedWithEdquot(TestBox box) throws IOException {
    OtherProcess user = box.process(1000, 1000);
    String first = box.boxBeside("-first");
    box.policy("version: 1\nquotas: { boxesPerUser: 1, entriesPerUser: 3, entriesPerBox: 2 }\n");
    user.run("mkdir", first);
    assertThat(user.errno("mkdir", box.boxBeside("-second"))).isEqualTo("EDQUOT");
    long fd = user.memfd("");
    user.put(fd, first + "/a");
    user.put(fd, first + "/b");
    assertThat(user.tryPut(fd, first + "/c")).as("entries per box").isEqualTo("EDQUOT");
    user.put(fd, box.path("a"));
    assertThat(user.tryPut(fd, box.path("b"))).as("entries per user").isEqualTo("EDQUOT");
    assertThat(user.errno("open", box.path("b"), "O_CREAT|O_RDWR")).isEqualTo("EDQUOT");
    assertThat(user.errno("rename", box.path("a"), first + "/c")).isEqualTo("EDQUOT");

    user.run("unlink", box.path("a"));
    assertThat(user.tryPut(fd, box.path("b"))).isEqualTo(NONE);
    OtherProcess other = box.process(1001, 1001);
    assertThat(other.tryPut(other.memfd(""), box.path("c"))).as("per user").isEqualTo(NONE);
  }

  @Test
  void bytesAreCountedPerUser(TestBox box) throws IOException {
    box.policy("version: 1\nquotas: { bytesPerUser: 1MiB }\n");
    OtherProcess user = box.process(1000, 1000);
    long handle = user.run("open", box.path("ram"), "O_CREAT|O_RDWR");

    assertThat(user.errno("ftruncate", handle, 1 << 20)).isEqualTo(NONE);
    assertThat(user.errno("ftruncate", handle, (1 << 20) + 1)).isEqualTo("EDQUOT");
    assertThat(user.errno("fallocate", handle, 0, 1 << 20, 10)).isEqualTo("EDQUOT");
    assertThat(user.errno("truncate", box.path("ram"), 2 << 20)).isEqualTo("EDQUOT");
    assertThat(user.tryPut(user.memfd("x"), box.path("more"))).isEqualTo("EDQUOT");
    user.run("ftruncate", handle, 10);
    assertThat(user.tryPut(user.memfd("x"), box.path("more"))).isEqualTo(NONE);
  }

  @Test
  void thePolicyInForceIsRead(TestBox box) throws IOException {
    String text = "version: 1\n# a remark of mine\nkinds: { epoll: { allow: true } }\n";
    box.policy(text);

    assertThat(Files.readString(Path.of(box.mount().control("policy")))).isEqualTo(text);
  }

  @Test
  void aBadPolicyChangesNothingAndSaysWhere(TestBox box) throws IOException {
    OtherProcess process = box.process();
    String good = "version: 1\nkinds: { epoll: { allow: true } }\n";
    box.policy(good);
    long policy = process.open(box.mount().control("policy"), "O_WRONLY|O_TRUNC");
    String bad =
        "version: 1\nkinds: { memfd: { allow: false } }\nrules:\n  - id: x\n    opens: many\n";

    String written = process.errno("write", policy, bad);
    String closed = process.errno("close", policy);
    assertThat(List.of(written, closed)).as("write and close").contains("EINVAL");

    String denials = Files.readString(Path.of(box.mount().control("denials")));
    String last = denials.lines().reduce("", (before, line) -> line);
    assertThat(last).contains("EINVAL").contains("line 5");
    assertThat(Files.readString(Path.of(box.mount().control("policy")))).isEqualTo(good);
    assertThat(process.tryPut(process.memfd(""), box.path("ram"))).isEqualTo(NONE);
    assertThat(process.tryPut(process.run("epoll"), box.path("epoll"))).isEqualTo(NONE);
  }

  @Test
  void aShellSeesThatItsPolicyIsBad(TestBox box) throws IOException {
    Command.Result result =
        Command.run("sh", "-c", "echo 'version: nine' | cat > " + box.mount().control("policy"));

    assertThat(result.status()).isNotZero();
    assertThat(result.output()).contains("Invalid argument");
  }

  @Test
  void aLongPolicyIsWrittenInManyPieces(TestBox box) throws IOException {
    StringBuilder text = new StringBuilder("version: 1\n");
    while (text.length() < 300_000) {
      text.append("# ").append("remark ".repeat(10)).append(text.length()).append('\n');
    }
    text.append("kinds: { epoll: { allow: true } }\n");

    box.policy(text.toString());

    OtherProcess process = box.process();
    assertThat(process.tryPut(process.run("epoll"), box.path("epoll"))).isEqualTo(NONE);
    assertThat(Files.readString(Path.of(box.mount().control("policy")))).isEqualTo(text.toString());
  }

  @Test
  void onlyTheOwnerOfTheMountReplacesItsPolicy(TestBox box) {
    assertThat(box.process(1000, 1000).tryOpen(box.mount().control("policy"), "O_WRONLY"))
        .isEqualTo("EACCES");
    assertThat(box.process(1000, 1000).tryOpen(box.mount().control("policy"), "O_RDONLY"))
        .isEqualTo(NONE);
  }

  @Test
  void claimsGrantedBeforeANewPolicyStay(TestBox box) throws IOException {
    OtherProcess process = box.process();
    process.put(process.memfd("kept"), box.path("ram"));
    long one = process.open(box.path("ram"), "O_RDWR");
    long two = process.open(box.path("ram"), "O_RDWR");

    box.policy("version: 1\nrules: [ { id: one, match: { entry: ram }, opens: 1 } ]\n");

    assertThat(process.text("read", two, 10, 0)).isEqualTo("kept");
    process.close(one);
    assertThat(process.tryOpen(box.path("ram"), "O_RDWR")).isEqualTo("EBUSY");
    process.close(two);
    assertThat(process.tryOpen(box.path("ram"), "O_RDWR")).isEqualTo(NONE);
  }
}
