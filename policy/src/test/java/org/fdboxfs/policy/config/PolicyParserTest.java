package org.fdboxfs.policy.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.policy.PolicySettings;
import org.fdboxfs.policy.PolicySettings.GroupSetting;
import org.fdboxfs.policy.PolicySettings.Quotas;
import org.fdboxfs.policy.PolicySettings.RestorePermissions;
import org.fdboxfs.policy.PolicySettings.RuleSetting;
import org.fdboxfs.policy.rule.Condition;
import org.fdboxfs.policy.rule.Link;
import org.fdboxfs.policy.rule.Link.Holder;
import org.fdboxfs.policy.rule.Link.Open;
import org.fdboxfs.policy.rule.Match;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyParserTest {
  /** The file of the design, with every key that there is. */
  static final String EXAMPLE =
      """
      version: 1
      kinds:   { file: { allow: false }, memfd: { allow: true } }
      rules:
        - id: one-vmm
          match: { box: "vm*", entry: "ram*", kind: memfd }
          opens: 1                     # claims at a time
          writers: 1                   # of them, opened for writing
        - id: same-user
          match: { box: "*" }
          when: "operation == 'open' && caller.uid != entry.uid"      # CEL
          deny: EPERM
      groups:
        - match: { box: "vm*", group: "net*" }
          open: in-order               # reserve | in-order | together
          holder: process              # process | user | cgroup
          order: [iommufd, vfio-device]
      quotas:  { entriesPerBox: 65536, boxesPerUser: 1024, entriesPerUser: 65536, bytesPerUser: 1TiB }
      restore: { permissions: exact }
      """;

  @Test
  void theExampleSaysWhatItSays() throws PolicyFormatException {
    PolicySettings settings = PolicyParser.parse(EXAMPLE);

    assertThat(settings.kinds()).isEqualTo(Map.of(FdKind.FILE, false, FdKind.MEMFD, true));
    assertThat(settings.rules()).hasSize(2);
    assertThat(settings.groups()).hasSize(1);
    assertThat(settings.quotas()).isEqualTo(new Quotas(65536, 1024, 65536, 1L << 40));
    assertThat(settings.restorePermissions()).isEqualTo(RestorePermissions.EXACT);
    assertThat(settings.source()).isEqualTo(EXAMPLE);
  }

  @Test
  void theCountingRuleOfTheExample() throws PolicyFormatException {
    RuleSetting rule = PolicyParser.parse(EXAMPLE).rules().get(0);

    assertThat(rule.id()).isEqualTo("one-vmm");
    assertThat(rule.match().box()).hasToString("vm*");
    assertThat(rule.match().entry()).hasToString("ram*");
    assertThat(rule.match().kinds()).containsExactly(FdKind.MEMFD);
    assertThat(rule.match().group()).isNull();
    assertThat(rule.when()).isSameAs(Condition.ALWAYS);
    assertThat(rule.deny()).isNull();
    assertThat(rule.opens()).isEqualTo(1);
    assertThat(rule.writers()).isEqualTo(1);
  }

  @Test
  void theRefusingRuleOfTheExample() throws PolicyFormatException {
    RuleSetting rule = PolicyParser.parse(EXAMPLE).rules().get(1);

    assertThat(rule.id()).isEqualTo("same-user");
    assertThat(rule.match().box()).hasToString("*");
    assertThat(rule.match().entry()).isNull();
    assertThat(rule.match().kinds()).isEmpty();
    assertThat(rule.when()).hasToString("operation == 'open' && caller.uid != entry.uid");
    assertThat(rule.deny()).isEqualTo(Errno.EPERM);
    assertThat(rule.opens()).isNull();
    assertThat(rule.writers()).isNull();
  }

  @Test
  void theGroupOfTheExample() throws PolicyFormatException {
    GroupSetting group = PolicyParser.parse(EXAMPLE).groups().get(0);

    assertThat(group.match().box()).hasToString("vm*");
    assertThat(group.match().group()).hasToString("net*");
    assertThat(group.link())
        .isEqualTo(
            new Link(
                "group-13",
                Open.IN_ORDER,
                Holder.PROCESS,
                List.of(FdKind.IOMMUFD, FdKind.VFIO_DEVICE)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "  \n", "# nothing\n", "---\n", "{}", "version: 1", "rules:\nquotas:\n"})
  void whatSaysNothingIsTheDefault(String yaml) throws PolicyFormatException {
    PolicySettings settings = PolicyParser.parse(yaml);
    PolicySettings defaults = PolicySettings.DEFAULT;

    assertThat(settings).usingRecursiveComparison().ignoringFields("source").isEqualTo(defaults);
  }

  @Test
  void aRuleWithoutIdIsNamedAfterItsLine() throws PolicyFormatException {
    assertThat(ids("rules:\n  - deny: EPERM\n  - opens: 2\n")).containsExactly("rule-2", "rule-3");
    assertThat(ids("rules: [{deny: EPERM}, {opens: 2}]")).containsExactly("rule-1", "rule-1.2");
    assertThat(ids("rules:\n  - deny: EPERM\n  - {id: rule-2, opens: 2}\n"))
        .containsExactly("rule-2.2", "rule-2");
  }

  private static List<String> ids(String yaml) throws PolicyFormatException {
    return PolicyParser.parse(yaml).rules().stream().map(RuleSetting::id).toList();
  }

  @Test
  void aRuleWithoutMatchIsAboutEverything() throws PolicyFormatException {
    assertThat(PolicyParser.parse("rules: [deny: EPERM]").rules().get(0).match())
        .isEqualTo(Match.EVERYTHING);
  }

  @Test
  void aRuleTakesSeveralKindsAndUnlimited() throws PolicyFormatException {
    RuleSetting rule =
        PolicyParser.parse("rules: [{match: {kind: [pipe, socket]}, opens: unlimited}]")
            .rules()
            .get(0);

    assertThat(rule.match().kinds()).isEqualTo(Set.of(FdKind.PIPE, FdKind.SOCKET));
    assertThat(rule.opens()).isEqualTo(PolicySettings.UNLIMITED);
  }

  @Test
  void namesThatLookLikeNumbersStayAsTheyAreWritten() throws PolicyFormatException {
    RuleSetting rule =
        PolicyParser.parse("rules: [{id: 07, match: {box: 1.0, entry: true}, opens: 1}]")
            .rules()
            .get(0);

    assertThat(rule.id()).isEqualTo("07");
    assertThat(rule.match().box()).hasToString("1.0");
    assertThat(rule.match().entry()).hasToString("true");
  }

  @Test
  void aGroupThatSaysLittleReservesByProcess() throws PolicyFormatException {
    assertThat(PolicyParser.parse("groups:\n  - match: {box: a}\n").groups().get(0).link())
        .isEqualTo(new Link("group-2", Open.RESERVE, Holder.PROCESS, Link.DEFAULT_ORDER));
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "0010, 10",
    "4096B, 4096",
    "10kB, 10000",
    "10GB, 10000000000",
    "512MiB, 536870912",
    "1 TiB, 1099511627776",
    "7EiB, 8070450532247928832",
    "9223372036854775807, 9223372036854775807",
    "'\"1GiB\"', 1073741824",
  })
  void sizes(String written, long bytes) throws PolicyFormatException {
    assertThat(
            PolicyParser.parse("quotas: {bytesPerUser: " + written + "}").quotas().bytesPerUser())
        .isEqualTo(bytes);
  }

  @ParameterizedTest
  @CsvSource({"exact, EXACT", "root-only, ROOT_ONLY", "first-claimer, FIRST_CLAIMER"})
  void restorePermissions(String written, RestorePermissions permissions)
      throws PolicyFormatException {
    assertThat(PolicyParser.parse("restore: {permissions: " + written + "}").restorePermissions())
        .isEqualTo(permissions);
  }

  @Test
  void otherQuotasStayAsTheyAre() throws PolicyFormatException {
    Quotas defaults = Quotas.DEFAULT;

    assertThat(PolicyParser.parse("quotas: {boxesPerUser: 3}").quotas())
        .isEqualTo(
            new Quotas(
                defaults.entriesPerBox(), 3, defaults.entriesPerUser(), defaults.bytesPerUser()));
  }
}
