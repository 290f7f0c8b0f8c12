package org.fdboxfs.policy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PolicyRejectionTest {
  @ParameterizedTest(name = "{0}")
  @MethodSource("refusals")
  void isRefusedWithItsLine(String message, String yaml) {
    assertThat(refusal(yaml)).isEqualTo(message);
  }

  static Stream<Arguments> refusals() {
    return Stream.of(
            documents(), sections(), rules(), matches(), verdicts(), groups(), expressions())
        .flatMap(part -> part);
  }

  private static Stream<Arguments> documents() {
    return Stream.of(
        arguments("line 1: unknown key 'rulez' (did you mean 'rules'?)", "rulez: []"),
        arguments(
            "line 2: unknown key 'hello' (known: version, modes, kinds, rules, groups, quotas, restore)",
            "version: 1\nhello: 2"),
        arguments("line 3: duplicate key 'rules'", "rules: []\nkinds: {}\nrules: []"),
        arguments("line 1: 'version' must be 1, not '2'", "version: 2"),
        arguments("line 1: 'version' must be 1, not '1'", "version: '1'"),
        arguments("line 1: 'version' must be 1, not nothing", "version:"),
        arguments("line 1: a policy takes a mapping, not a list", "- version: 1"),
        arguments("line 2: a policy takes a mapping, not 'rules'", "# x\nrules"),
        arguments("line 1: a key is a word, not a list", "? [a]\n: 1"),
        arguments("line 3: a second document; a policy is one", "version: 1\n\n---\nversion: 1"),
        arguments(
            "line 2: anchors are not supported\nline 3: aliases are not supported",
            "kinds:\n  file: &a {allow: true}\n  memfd: *a"),
        arguments("line 2: tags are not supported", "kinds:\n  file: !!map {allow: true}"),
        arguments("line 2: nested deeper than 16 levels", "rules:\n  " + "[".repeat(100_000)),
        arguments("line 1: longer than 1048576 bytes", "#" + "é".repeat(600_000)),
        arguments("line 2: a character that YAML does not allow", "version: 1\nrules: \0"));
  }

  private static Stream<Arguments> sections() {
    return Stream.of(
        arguments(
            "line 2: unknown kind 'memdf' (did you mean 'memfd'?)",
            "kinds:\n  memdf: {allow: true}"),
        arguments("line 1: unknown kind 'spaceship'", "kinds: {spaceship: {allow: true}}"),
        arguments(
            "line 3: duplicate kind 'file'",
            "kinds:\n  file: {allow: true}\n  file: {allow: false}"),
        arguments("line 1: kind file takes a mapping, not 'true'", "kinds: {file: true}"),
        arguments("line 1: kind file needs 'allow'", "kinds: {file: {}}"),
        arguments(
            "line 1: unknown key 'alow' (did you mean 'allow'?)",
            "kinds: {file: {alow: true, allow: true}}"),
        arguments("line 1: 'allow' takes true or false, not 'yes'", "kinds: {file: {allow: yes}}"),
        arguments("line 1: 'kinds' takes a mapping, not a list", "kinds: [file]"),
        arguments("line 1: 'quotas' takes a mapping, not '5'", "quotas: 5"),
        arguments(
            "line 2: unknown key 'entrysPerBox' (did you mean 'entriesPerBox'?)",
            "quotas:\n  entrysPerBox: 5"),
        arguments(
            "line 1: 'entriesPerBox' must be at least 1, not '0'", "quotas: {entriesPerBox: 0}"),
        arguments(
            "line 1: 'entriesPerBox' takes a whole number, not 'unlimited'",
            "quotas: {entriesPerBox: unlimited}"),
        arguments(
            "line 1: 'boxesPerUser' must be at least 1, not '-5'", "quotas: {boxesPerUser: -5}"),
        arguments(
            "line 1: 'boxesPerUser' takes a whole number, not '1.5'",
            "quotas: {boxesPerUser: 1.5}"),
        arguments(
            "line 1: 'entriesPerUser' is too large: at most 2147483647",
            "quotas: {entriesPerUser: 2147483648}"),
        arguments(
            "line 1: 'bytesPerUser' takes a size such as 512MiB, not '1Tib'",
            "quotas: {bytesPerUser: 1Tib}"),
        arguments(
            "line 1: 'bytesPerUser' takes a size such as 512MiB, not '-1'",
            "quotas: {bytesPerUser: -1}"),
        arguments("line 1: 'bytesPerUser' must be at least 1 byte", "quotas: {bytesPerUser: 0GB}"),
        arguments(
            "line 1: 'bytesPerUser' is too large: at most 9223372036854775807 bytes",
            "quotas: {bytesPerUser: 8EiB}"),
        arguments(
            "line 1: 'bytesPerUser' is too large: at most 9223372036854775807 bytes",
            "quotas: {bytesPerUser: 9223372036854775808}"),
        arguments(
            "line 1: unknown restore permission 'exakt' (did you mean 'exact'?)",
            "restore: {permissions: exakt}"),
        arguments(
            "line 1: expected a restore permission, not nothing", "restore: {permissions: }"));
  }

  private static Stream<Arguments> rules() {
    return Stream.of(
        arguments("line 1: 'rules' takes a list, not a mapping", "rules: {}"),
        arguments("line 2: a rule takes a mapping, not 'deny'", "rules:\n  - deny"),
        arguments(
            "line 2: unknown key 'open' (did you mean 'opens'?)",
            "rules:\n  - {open: 1, writers: 1}"),
        arguments(
            "line 3: duplicate rule id 'a'",
            "rules:\n  - {id: a, opens: 1}\n  - {id: a, opens: 1}"),
        arguments("line 2: 'id' is empty", "rules:\n  - {id: '', opens: 1}"),
        arguments(
            "line 1: 'id' takes one line of at most 64 characters",
            "rules: [{id: " + "x".repeat(65) + ", opens: 1}]"),
        arguments(
            "line 1: 'id' takes one line of at most 64 characters",
            "rules: [{id: \"a\\nb\", opens: 1}]"),
        arguments(
            "line 2: a rule needs one of allow, deny, opens, writers",
            "rules:\n  - {when: 'true'}"),
        arguments("line 2: a rule needs one of allow, deny, opens, writers", "rules:\n  - {id: a}"),
        arguments(
            "line 1026: more than 1024 rules", "rules:\n" + "  - deny: EPERM\n".repeat(1025)));
  }

  private static Stream<Arguments> matches() {
    return Stream.of(
        arguments("line 1: 'match' takes a mapping, not nothing", "rules: [{match: , opens: 1}]"),
        arguments(
            "line 1: unknown key 'name' (known: box, entry, kind, group)",
            "rules: [{match: {name: x}, opens: 1}]"),
        arguments(
            "line 3: 'entry': '[' is not closed in pattern 'ram['",
            "rules:\n  - match:\n      entry: ram[\n    opens: 1"),
        arguments("line 1: 'entry' is empty", "rules: [{match: {entry: ''}, opens: 1}]"),
        arguments("line 1: 'box' takes text, not a list", "rules: [{match: {box: [a]}, opens: 1}]"),
        arguments(
            "line 1: 'box' takes the name of a box, which has no slash",
            "rules: [{match: {box: a/b}, opens: 1}]"),
        arguments(
            "line 1: 'entry' takes a path inside the box, which has no slash at its start",
            "rules: [{match: {entry: /a}, opens: 1}]"),
        arguments(
            "line 1: 'entry' is longer than any path: 4096 characters",
            "rules: [{match: {entry: " + "x".repeat(4097) + "}, opens: 1}]"),
        arguments(
            "line 1: unknown kind 'Memfd' (did you mean 'memfd'?)",
            "rules: [{match: {kind: Memfd}, opens: 1}]"),
        arguments(
            "line 4: unknown kind 'vfio_device' (did you mean 'vfio-device'?)",
            "rules:\n  - match:\n      kind: [pipe,\n        vfio_device]\n    opens: 1"),
        arguments("line 1: 'kind' is an empty list", "rules: [{match: {kind: []}, opens: 1}]"),
        arguments(
            "line 1: expected a kind, not a mapping", "rules: [{match: {kind: {}}, opens: 1}]"));
  }

  private static Stream<Arguments> verdicts() {
    return Stream.of(
        arguments(
            "line 1: unknown errno name 'EPREM' (did you mean 'EPERM'?)", "rules: [deny: EPREM]"),
        arguments("line 1: unknown errno name '13'", "rules: [deny: 13]"),
        arguments("line 1: expected an errno name, not nothing", "rules: [deny: ]"),
        arguments("line 2: 'opens' must be at least 1, not '0'", "rules:\n  - opens: 0"),
        arguments("line 2: 'opens' must be at least 1, not '-1'", "rules:\n  - opens: -1"),
        arguments(
            "line 2: 'writers' takes a whole number or 'unlimited', not 'many'",
            "rules:\n  - writers: many"),
        arguments(
            "line 2: 'writers' takes a whole number or 'unlimited', not '1'",
            "rules:\n  - writers: \"1\""),
        arguments(
            "line 2: 'writers' is too large: at most 2147483647",
            "rules:\n  - writers: 99999999999999999999999"));
  }

  private static Stream<Arguments> groups() {
    return Stream.of(
        arguments("line 1: 'groups' takes a list, not 'x'", "groups: x"),
        arguments("line 2: a group needs one of match, open, holder, order", "groups:\n  - {}"),
        arguments(
            "line 2: unknown open mode 'inorder' (did you mean 'in-order'?)",
            "groups:\n  - open: inorder"),
        arguments(
            "line 2: unknown holder 'thread' (known: process, user, cgroup)",
            "groups:\n  - holder: thread"),
        arguments(
            "line 2: unknown key 'entry' (known: box, group)", "groups:\n  - match: {entry: x}"),
        arguments(
            "line 3: 'order' is a cycle: iommufd would come before itself",
            "groups:\n  - order: [iommufd, vfio-device,\n            iommufd]"),
        arguments("line 2: 'order' takes a list, not 'iommufd'", "groups:\n  - order: iommufd"),
        arguments("line 2: 'order' is an empty list", "groups:\n  - order: []"),
        arguments(
            "line 1026: more than 1024 groups", "groups:\n" + "  - open: none\n".repeat(1025)));
  }

  private static Stream<Arguments> expressions() {
    return Stream.of(
        arguments(
            "line 3: 'when': unknown caller field 'udi' (did you mean 'uid'?)",
            "rules:\n  - deny: EPERM\n    when: caller.udi == 1"),
        arguments(
            "line 5: 'when': unknown entry field 'knd' (did you mean 'kind'?)",
            "rules:\n  - deny: EPERM\n    when: |\n      true &&\n      entry.knd == 'x'"),
        arguments(
            "line 1: 'when': is not a condition: it gives int, not bool",
            "rules: [{deny: EPERM, when: caller.uid}]"),
        arguments("line 1: 'when' is empty", "rules: [{deny: EPERM, when: ''}]"));
  }

  @Test
  void syntaxErrorsNameTheirLine() {
    assertThat(refusal("version: 1\nrules: [\n  {opens: 1}\nkinds: {}\n"))
        .startsWith("line 4: not YAML: ");
    assertThat(refusal("version: 1\n\tkinds: {}\n")).startsWith("line 2: not YAML: ");
    assertThat(refusal("version: 1\nkinds: {file: \"\n")).startsWith("line 3: not YAML: ");
  }

  @Test
  void allProblemsAreReportedInTheOrderOfTheFile() {
    PolicyFormatException refused =
        catchThrowableOfType(
            PolicyFormatException.class,
            () ->
                PolicyParser.parse(
                    """
                    quotas: { bytesPerUser: lots }
                    rules:
                      - id: x
                        match: { kind: memdf }
                      - deny: EWHATEVER
                        when: caller.comm == 'qemu'
                    version: 3
                    """));

    assertThat(refused.problems()).hasSize(6);
    assertThat(refused)
        .hasMessage(
            """
            line 1: 'bytesPerUser' takes a size such as 512MiB, not 'lots'
            line 3: a rule needs one of allow, deny, opens, writers
            line 4: unknown kind 'memdf' (did you mean 'memfd'?)
            line 5: unknown errno name 'EWHATEVER'
            line 6: 'when': unknown caller field 'comm' (known: uid, gid, pid, groups, capabilities, cgroup, executable, claims, members, madeBox)
            line 7: 'version' must be 1, not '3'""");
  }

  @Test
  void aFileOfNoiseGivesAMessageOfBearableSize() {
    String message = refusal("x: 1\n".repeat(10_000) + "y".repeat(1000) + ": 2");

    assertThat(message.lines()).hasSize(Problems.MOST + 1);
    assertThat(message).endsWith("more problems than the 100 that are shown");
    assertThat(refusal("y".repeat(1000) + ": 2").length()).isLessThan(200);
  }

  @Test
  void textOfTheFileIsShownOnOneLine() {
    assertThat(refusal("\"a\\nb\\e[31m\": 2")).startsWith("line 1: unknown key 'a b [31m'");
  }

  private static String refusal(String yaml) {
    Throwable refused =
        catchThrowableOfType(PolicyFormatException.class, () -> PolicyParser.parse(yaml));
    assertThat(refused).as("refusal of %.200s", yaml).isNotNull();
    return String.valueOf(refused.getMessage());
  }
}
