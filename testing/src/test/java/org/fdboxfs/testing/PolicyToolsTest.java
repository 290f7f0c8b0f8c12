package org.fdboxfs.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code fdboxfs policy}, as an ordinary user has it, and with what a real mount recorded. */
@Mounted
class PolicyToolsTest {
  private static final String POLICY =
      """
      version: 1
      rules:
        - id: only-vmm
          match: { entry: "ram*" }
          when: operation == 'open' && !(993 in caller.groups)
          deny: EPERM
      """;

  private static final String SCENARIO =
      """
      version: 1
      title: The memory of a guest
      policy: vmm.yaml
      actors:
        alice: { uid: 1000, groups: [993] }
        bob:   { uid: 1001 }
      setup:
        - { actor: alice, do: mkdir, path: vm1, mode: "0755" }
        - { actor: alice, do: create, path: vm1/ram0, mode: "0666" }
      steps:
        - { id: hers, actor: alice, do: open, path: vm1/ram0, access: read, as: ram, expect: ok }
        - { id: his, actor: bob, do: open, path: vm1/ram0, access: read, as: ram, expect: EPERM }
      """;

  @TempDir private Path directory;

  @BeforeEach
  void files() throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.writeString(directory.resolve("vmm.yaml"), POLICY);
    Files.writeString(directory.resolve("guest.yaml"), SCENARIO);
    Files.writeString(directory.resolve("wrong.yaml"), SCENARIO.replace("EPERM", "ok"));
  }

  /** By somebody who may do nothing but read these files. */
  private Command.Result policy(String arguments) throws IOException {
    return Command.run(
        "setpriv",
        "--reuid=65534",
        "--regid=65534",
        "--clear-groups",
        "--inh-caps=-all",
        "--no-new-privs",
        "sh",
        "-c",
        "cd \"$1\" && exec \"$2\" policy " + arguments,
        "sh",
        directory.toString(),
        Command.launcher().toString());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "check vmm.yaml, 0, vmm.yaml: valid",
    "'simulate guest.yaml --model default --model vmm.yaml', 0, his +bob .* ok +< EPERM",
    "explain guest.yaml --step his, 3, only-vmm",
    "'compare --models default,vmm.yaml guest.yaml', 0, <",
    "explore guest.yaml, 0, every invariant holds",
    "simulate wrong.yaml --model vmm.yaml, 1, 1 not as the scenario says",
    "compare --format pdf guest.yaml, 2, 'expected one of text, markdown, html but was .pdf.'",
  })
  void noPrivilegeIsNeeded(String arguments, int status, String said) throws IOException {
    Command.Result result = policy(arguments);
    assertThat(result.output()).containsPattern(said);
    assertThat(result.status()).as(result.output()).isEqualTo(status);
  }

  @Test
  void whatAMountRecordedIsDecidedAgain(TestBox box) throws IOException {
    OtherProcess root = box.process();
    long events = root.open(box.mount().control("events"), "O_RDONLY");
    OtherProcess outsider = box.process(1000, 1000);
    String fresh = box.boxBeside("-recorded");
    outsider.run("mkdir", fresh, "0777");
    outsider.put(outsider.memfd("x"), fresh + "/ram0");
    outsider.open(fresh + "/ram0", "O_RDONLY");
    OtherProcess member = box.process(1001, 1001, 993);
    member.put(member.memfd("x"), fresh + "/ram1");
    member.open(fresh + "/ram1", "O_RDONLY");
    StringBuilder trace = new StringBuilder();
    while (!trace.toString().matches("(?s).*\"open\",\"path\":\"[^\"]*/ram1\".*\n")) {
      trace.append(root.text("read", events, 65536));
    }
    Files.writeString(directory.resolve("trace"), trace);

    Command.Result result = policy("replay trace --model vmm.yaml");

    assertThat(result.status()).as(result.output()).isZero();
    assertThat(result.output())
        .containsPattern("vmm +0 +1 +0 +0 +4")
        .containsPattern(
            "1000 +open +/" + box.name() + "-recorded/ram0 +permitted +< EPERM only-vmm")
        .doesNotContain("ram1");
  }
}
