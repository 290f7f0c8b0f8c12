package org.fdboxfs.policy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.fdboxfs.policy.config.PolicyFormatException.Problem;
import org.fdboxfs.policy.experiment.Actor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccountNamesTest {
  @TempDir Path place;
  private AccountNames names = AccountNames.OF_THIS_MACHINE;

  @BeforeEach
  void writeFiles() throws IOException {
    names = new AccountNames(place.resolve("passwd"), place.resolve("group"));
    Files.writeString(
        names.passwd(),
        """
        root:x:0:0:root:/root:/bin/sh
        alice:x:1000:1000:Alice:/home/alice:/bin/sh
        nobody:x:65534:65534::/:/bin/false
        """);
    Files.writeString(
        names.group(), "root:x:0:\nbroken\nbad:x:none:\nvmm:x:993:alice\nvmm:x:994:\n");
  }

  private String rule(String when) throws PolicyFormatException {
    String yaml =
        """
        version: 1
        rules:
          - id: who
            when: "%s"
            deny: EACCES
        """;
    return PolicyParser.parse(yaml.formatted(when), names).rules().get(0).when().toString();
  }

  private List<String> problems(String when) {
    PolicyFormatException e = catchThrowableOfType(PolicyFormatException.class, () -> rule(when));
    return e.problems().stream().map(Problem::message).toList();
  }

  @Test
  void aGroupIsFoundInItsFileAndTheFirstLineCounts() {
    assertThat(names.gid("vmm")).hasValue(993);
    assertThat(names.gid("root")).hasValue(0);
    assertThat(names.uid("nobody")).hasValue(65534);
  }

  @Test
  void whatIsNotThereIsNobody() {
    assertThat(names.gid("alice")).isEmpty();
    assertThat(names.uid("vmm")).isEmpty();
    assertThat(names.gid("")).isEmpty();
    assertThat(names.gid("bad")).isEmpty();
    assertThat(new AccountNames(place.resolve("none"), place).uid("root")).isEmpty();
    assertThat(new AccountNames(place, place.resolve("none")).uid("root")).isEmpty();
  }

  @Test
  void aConditionNamesThem() throws PolicyFormatException {
    assertThat(rule("group('vmm') in caller.groups && caller.uid != user('alice')"))
        .isEqualTo("group('vmm') in caller.groups && caller.uid != user('alice')");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          group('vm') in caller.groups       | 'when': there is no group 'vm'
          caller.uid == user('bob')          | 'when': there is no user 'bob'
          caller.uid == user(caller.cgroup)  | 'when': user() takes the name of a user in quotes
          group(993) in caller.groups        | 'when': group() takes the name of a group in quotes
          group('vmm', 'x') in caller.groups | 'when': unknown function 'group'
          """)
  void whoIsNotThereIsSaidWhenTheFileIsRead(String when, String message) {
    assertThat(problems(when)).containsExactly(message);
  }

  @Test
  void actorsOfScenariosHaveThemToo() throws PolicyFormatException {
    String yaml =
        """
        version: 1
        title: Names
        actors:
          a: { uid: alice, gid: root, groups: [vmm, 5] }
        steps:
          - { actor: a, do: chown, path: vm1, uid: nobody, gid: vmm }
        """;
    Actor actor = ScenarioReader.read(yaml, names).actors().get(0);
    assertThat(actor.uid()).isEqualTo(1000);
    assertThat(actor.gid()).isZero();
    assertThat(actor.groups()).isEqualTo(Set.of(993, 5));
    assertThat(ScenarioReader.read(yaml, names).steps().get(0).arguments().uid()).isEqualTo(65534);
    assertThat(ScenarioReader.read(yaml, names).steps().get(0).arguments().gid()).isEqualTo(993);
  }
}
