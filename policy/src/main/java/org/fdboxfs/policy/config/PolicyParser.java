package org.fdboxfs.policy.config;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.policy.PolicySettings;
import org.fdboxfs.policy.PolicySettings.GroupSetting;
import org.fdboxfs.policy.PolicySettings.Modes;
import org.fdboxfs.policy.PolicySettings.Quotas;
import org.fdboxfs.policy.PolicySettings.RestorePermissions;
import org.fdboxfs.policy.PolicySettings.RuleSetting;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * Reads a policy file. Every key is optional; what is not said stays as in {@link
 * PolicySettings#DEFAULT}. A file is taken as a whole or not at all.
 */
public final class PolicyParser {
  private static final List<String> KEYS =
      List.of("version", "modes", "kinds", "rules", "groups", "quotas", "restore");
  private static final List<String> QUOTAS =
      List.of("entriesPerBox", "boxesPerUser", "entriesPerUser", "bytesPerUser");
  private static final List<String> MODES = labels(Modes.values());
  private static final List<String> PERMISSIONS = labels(RestorePermissions.values());

  private final Problems problems = new Problems();
  private final Values values = new Values(problems);
  private final AccountNames names;

  private PolicyParser(AccountNames names) {
    this.names = names;
  }

  /**
   * Reads and validates the text of a policy file. Users and groups that its expressions name are
   * those of this machine, as they are now.
   *
   * @param yaml at most 1 MiB
   * @return the settings, with the text as their source
   * @throws PolicyFormatException with everything that is wrong, when anything is
   */
  public static PolicySettings parse(String yaml) throws PolicyFormatException {
    return parse(yaml, AccountNames.OF_THIS_MACHINE);
  }

  static PolicySettings parse(String yaml, AccountNames names) throws PolicyFormatException {
    if (yaml.isBlank()) {
      return PolicySettings.DEFAULT;
    }
    Optional<Node> root = YamlDocument.read(yaml, "a policy");
    PolicyParser parser = new PolicyParser(names);
    PolicySettings settings = parser.settings(root.orElse(null), yaml);
    parser.problems.throwIfAny();
    return settings;
  }

  private PolicySettings settings(@Nullable Node root, String yaml) {
    Fields fields =
        root == null || Values.isNothing(root)
            ? null
            : Fields.of(root, "a policy", "key", KEYS, problems);
    if (fields == null) {
      return withSource(PolicySettings.DEFAULT, yaml);
    }
    values.checkVersion(fields.get("version"));
    List<RuleSetting> rules = rules(fields.section("rules"));
    Modes modes = modes(fields.get("modes"), rules);
    return new PolicySettings(
        modes,
        kinds(fields.section("kinds")),
        rules,
        groups(fields.section("groups")),
        quotas(fields.section("quotas")),
        restorePermissions(fields.section("restore")),
        yaml);
  }

  private static PolicySettings withSource(PolicySettings of, String source) {
    return new PolicySettings(
        of.modes(),
        of.kinds(),
        of.rules(),
        of.groups(),
        of.quotas(),
        of.restorePermissions(),
        source);
  }

  private Modes modes(@Nullable Node node, List<RuleSetting> rules) {
    if (node == null) {
      return Modes.ENFORCED;
    }
    Modes chosen =
        values.choice(node, "word for 'modes'", label -> byLabel(label, Modes.values()), MODES);
    if (chosen == Modes.IGNORED && rules.stream().allMatch(rule -> rule.deny() == null)) {
      problems.add(node, "'modes: ignored' without a rule with 'deny' would let everybody in");
    }
    return chosen == null ? Modes.ENFORCED : chosen;
  }

  private Map<FdKind, Boolean> kinds(@Nullable Node node) {
    Map<FdKind, Boolean> kinds = new EnumMap<>(FdKind.class);
    Fields fields =
        node == null ? null : Fields.of(node, "'kinds'", "kind", MatchReader.KINDS, problems);
    if (fields != null) {
      fields.values().forEach((label, value) -> readKind(label, value, kinds));
    }
    return Collections.unmodifiableMap(kinds);
  }

  private void readKind(String label, Node node, Map<FdKind, Boolean> into) {
    Fields fields = Fields.of(node, "kind " + label, "key", List.of("allow"), problems);
    if (fields == null) {
      return;
    }
    Node allow = fields.get("allow");
    if (allow == null) {
      problems.add(fields.line(), "kind " + label + " needs 'allow'");
      return;
    }
    Boolean allowed = values.bool(allow, "'allow'");
    if (allowed != null) {
      FdKind.byLabel(label).ifPresent(kind -> into.put(kind, allowed));
    }
  }

  private List<RuleSetting> rules(@Nullable Node node) {
    return node == null ? List.of() : List.copyOf(new RuleReader(problems, names).read(node));
  }

  private List<GroupSetting> groups(@Nullable Node node) {
    return node == null ? List.of() : List.copyOf(new GroupReader(problems).read(node));
  }

  private Quotas quotas(@Nullable Node node) {
    Quotas given = Quotas.DEFAULT;
    Fields fields = node == null ? null : Fields.of(node, "'quotas'", "key", QUOTAS, problems);
    if (fields == null) {
      return given;
    }
    return new Quotas(
        count(fields, "entriesPerBox", given.entriesPerBox()),
        count(fields, "boxesPerUser", given.boxesPerUser()),
        count(fields, "entriesPerUser", given.entriesPerUser()),
        bytes(fields, "bytesPerUser", given.bytesPerUser()));
  }

  private int count(Fields fields, String key, int otherwise) {
    Node node = fields.get(key);
    Integer count = node == null ? null : values.count(node, "'" + key + "'");
    return count == null ? otherwise : count;
  }

  private long bytes(Fields fields, String key, long otherwise) {
    Node node = fields.get(key);
    Long bytes = node == null ? null : values.size(node, "'" + key + "'");
    if (node != null && bytes != null && bytes == 0) {
      problems.add(node, "'" + key + "' must be at least 1 byte");
    }
    return bytes == null ? otherwise : bytes;
  }

  private RestorePermissions restorePermissions(@Nullable Node node) {
    RestorePermissions otherwise = RestorePermissions.EXACT;
    Fields fields =
        node == null ? null : Fields.of(node, "'restore'", "key", List.of("permissions"), problems);
    Node given = fields == null ? null : fields.get("permissions");
    if (given == null) {
      return otherwise;
    }
    RestorePermissions chosen =
        values.choice(
            given,
            "restore permission",
            label -> byLabel(label, RestorePermissions.values()),
            PERMISSIONS);
    return chosen == null ? otherwise : chosen;
  }

  private static <E extends Enum<E>> Optional<E> byLabel(String label, E[] values) {
    return Arrays.stream(values).filter(each -> label(each).equals(label)).findFirst();
  }

  private static List<String> labels(Enum<?>[] values) {
    return Arrays.stream(values).map(PolicyParser::label).toList();
  }

  private static String label(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
