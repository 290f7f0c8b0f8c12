package org.fdboxfs.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.fake.Refusals.errnoOf;

import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.fdboxfs.fake.FakeDescriptor;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.DescriptorSource.Offer;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FsException;
import org.fdboxfs.policy.PolicySettings.Quotas;
import org.fdboxfs.policy.PolicySettings.RestorePermissions;
import org.fdboxfs.policy.PolicySettings.RuleSetting;
import org.fdboxfs.policy.rule.Condition;
import org.fdboxfs.policy.rule.Condition.ConditionException;
import org.fdboxfs.policy.rule.Match;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Types, the mount itself, seals, expressions, and the order in which all of them are asked. */
class RulesTest {
  private final Rig rig = new Rig();

  RulesTest() throws FsException {}

  @ParameterizedTest
  @EnumSource
  void aKindGoesInWhenItIsEnabled(FdKind kind) throws FsException {
    if (kind.allowedByDefault()) {
      rig.put("/box/x", kind, rig.alice);
    } else {
      rig.assertDenied(
          rig.alice, "type", Errno.EOPNOTSUPP, () -> rig.put("/box/x", kind, rig.alice));
    }
    rig.setPolicy("kinds: { " + kind + ": { allow: " + !kind.allowedByDefault() + " } }");
    if (kind.allowedByDefault()) {
      rig.assertDenied(
          rig.alice, "type", Errno.EOPNOTSUPP, () -> rig.put("/box/y", kind, rig.alice));
    } else {
      rig.put("/box/y", kind, rig.alice);
    }
    rig.assertNothingHeld();
  }

  @Test
  void aHandleOfTheMountDoesNotGoIn() {
    FakeDescriptor own = new FakeDescriptor(FdKind.MEMFD);
    rig.assertDenied(
        rig.root,
        "self",
        Errno.ELOOP,
        () -> rig.guard.puts().put("/box/x", 0600, rig.root, new Offer(own, true)));
    assertThat(own.users()).isZero();
  }

  @Test
  void aHandleOfTheMountIsRefusedAsSuchWhateverItsKind() {
    rig.assertDenied(
        rig.root,
        "self",
        Errno.ELOOP,
        () ->
            rig.guard
                .puts()
                .put("/box/x", 0600, rig.root, new Offer(new FakeDescriptor(FdKind.FILE), true)));
  }

  @Test
  void nothingGoesInOrOutOfASealedBoxAndNothingOpens() throws FsException {
    rig.mkdir("/box/dir", 0755, rig.alice);
    rig.mkdir("/other", 0755, rig.alice);
    rig.put("/other/x", FdKind.MEMFD, rig.alice);
    rig.put("/box/ram", FdKind.MEMFD, rig.alice);
    rig.seal("/box", rig.alice);
    Namespace names = rig.guard.namespace();

    rig.assertDenied(rig.root, "seal", Errno.EBUSY, () -> rig.open("/box/ram", rig.root));
    rig.assertDenied(rig.alice, "seal", Errno.EBUSY, () -> rig.seal("/box", rig.alice));
    assertFrozen(() -> rig.put("/box/new", FdKind.MEMFD, rig.root));
    assertFrozen(() -> rig.put("/box/dir/new", FdKind.MEMFD, rig.root));
    assertFrozen(() -> names.unlink("/box/ram", rig.root));
    assertFrozen(() -> names.rmdir("/box/dir", rig.root));
    assertFrozen(() -> names.rmdir("/box", rig.root));
    assertFrozen(() -> names.mkdir("/box/sub", 0755, rig.root));
    assertFrozen(() -> names.rename("/box/ram", "/other/ram", false, rig.root));
    assertFrozen(() -> names.rename("/other/x", "/box/x", false, rig.root));
    assertFrozen(() -> names.rename("/other/x", "/box/ram", false, rig.root));
    assertFrozen(() -> names.rename("/box", "/renamed", false, rig.root));
    assertFrozen(() -> change("/box/ram", AttributeChange.mode(0)));
    assertFrozen(() -> change("/box", AttributeChange.owner(1, 1)));
    assertFrozen(() -> change("/box/ram", AttributeChange.size(5)));
    assertFrozen(() -> change("/box/ram", AttributeChange.times(rig.clock.tick(), null)));
    assertFrozen(() -> rig.mark("/box/ram", "user.note", "x", rig.root));
    assertFrozen(() -> rig.mark("/box/dir", "user.fdbox.link", "reserve", rig.root));

    assertThat(names.list(Target.at("/box")).size()).isEqualTo(2);
    rig.unseal("/box", rig.alice);
    rig.release(rig.open("/box/ram", rig.alice));
    rig.assertNothingHeld();
  }

  private void assertFrozen(ThrowingCallable step) {
    rig.assertDenied(rig.root, "seal", Errno.EROFS, step);
  }

  private void change(String path, AttributeChange change) throws FsException {
    rig.guard.metadata().setattr(Target.at(path), change, rig.root);
  }

  @Test
  void aBoxThatIsInUseIsSealedByForceOnly() throws FsException {
    rig.put("/box/ram", FdKind.MEMFD, rig.alice);
    Lease lease = rig.open("/box/ram", rig.bob);
    rig.assertDenied(rig.alice, "seal", Errno.EBUSY, () -> rig.seal("/box", rig.alice));
    rig.mark("/box", "user.fdbox.state", "sealed-force", rig.alice);
    assertThat(rig.guard.attributes().get("/box/ram", "user.fdbox.state"))
        .asString()
        .isEqualTo("sealed");
    rig.release(lease);
    rig.assertNothingHeld();
  }

  @Test
  void onlyTheOwnerSealsAndUnseals() throws FsException {
    assertThat(errnoOf(() -> rig.seal("/box", rig.bob))).isEqualTo(Errno.EPERM);
    assertThat(errnoOf(() -> rig.unseal("/box", rig.alice))).isEqualTo(Errno.EBUSY);
    rig.seal("/box", rig.root);
    assertThat(errnoOf(() -> rig.unseal("/box", rig.bob))).isEqualTo(Errno.EPERM);
    rig.unseal("/box", rig.alice);
    assertThat(errnoOf(() -> rig.mark("/box", "user.fdbox.state", "frozen", rig.alice)))
        .isEqualTo(Errno.EINVAL);
  }

  @Test
  void anExpressionRefusesWithTheErrnoOfItsRule() throws FsException {
    rig.setPolicy(
        """
        rules:
          - id: same-user
            match: { box: "b*" }
            when: "operation == 'open' && caller.uid != entry.uid"
            deny: ENODEV
        """);
    rig.put("/box/ram", FdKind.MEMFD, rig.alice);
    rig.release(rig.open("/box/ram", rig.alice));
    rig.assertDenied(rig.bob, "same-user", Errno.ENODEV, () -> rig.open("/box/ram", rig.bob));
  }

  @Test
  void theFirstRuleWithAVerdictStands() throws FsException {
    rig.setPolicy(
        """
        rules:
          - { id: first, match: { kind: pipe }, when: "operation == 'put'", deny: ENOSPC }
          - { id: second, match: { box: "*" }, when: "operation == 'put'", deny: EFBIG }
        """);
    rig.assertDenied(
        rig.alice, "first", Errno.ENOSPC, () -> rig.put("/box/a", FdKind.PIPE, rig.alice));
    rig.assertDenied(
        rig.alice, "second", Errno.EFBIG, () -> rig.put("/box/a", FdKind.MEMFD, rig.alice));
  }

  @Test
  void refusalsComeBeforeCountsWhereverTheyStandInTheFile() throws FsException {
    rig.setPolicy(
        """
        rules:
          - { id: once, match: { box: "*" }, opens: 1 }
          - { id: never, match: { box: "*" }, when: "caller.uid == 2000", deny: EPERM }
        """);
    rig.put("/box/ram", FdKind.MEMFD, rig.alice);
    Lease lease = rig.open("/box/ram", rig.alice);
    rig.assertDenied(rig.alice, "once", Errno.EBUSY, () -> rig.open("/box/ram", rig.alice));
    rig.assertDenied(rig.bob, "never", Errno.EPERM, () -> rig.open("/box/ram", rig.bob));
    rig.release(lease);
  }

  @Test
  void aConditionThatCannotBeEvaluatedRefuses() throws FsException {
    Condition failing =
        request -> {
          throw new ConditionException("no such field");
        };
    rig.put("/box/ram", FdKind.MEMFD, rig.alice);
    rig.guard.setPolicy(policy("broken", failing, Errno.EPERM, null), rig.root);
    rig.assertDenied(rig.root, "broken", Errno.EIO, () -> rig.open("/box/ram", rig.root));
    rig.guard.setPolicy(policy("broken", failing, null, 5), rig.root);
    rig.assertDenied(rig.root, "broken", Errno.EIO, () -> rig.open("/box/ram", rig.root));
  }

  @Test
  void aRuleThatThrowsRefuses() throws FsException {
    Condition throwing =
        request -> {
          throw new IllegalStateException("a bug");
        };
    rig.put("/box/ram", FdKind.MEMFD, rig.alice);
    rig.guard.setPolicy(policy("bug", throwing, Errno.EPERM, null), rig.root);
    rig.assertDenied(rig.root, "bug", Errno.EIO, () -> rig.open("/box/ram", rig.root));
    FakeDescriptor offered = new FakeDescriptor(FdKind.PIPE);
    rig.assertDenied(rig.root, "bug", Errno.EIO, () -> rig.put("/box/p", offered, rig.root));
    assertThat(offered.users()).isZero();
    rig.guard.setPolicy(policy("bug", throwing, null, 5), rig.root);
    assertThat(errnoOf(() -> rig.open("/box/ram", rig.root))).isEqualTo(Errno.EIO);
    rig.assertNothingHeld();
  }

  private static PolicySettings policy(
      String id, Condition when, @Nullable Errno deny, @Nullable Integer opens) {
    return new PolicySettings(
        PolicySettings.Modes.ENFORCED,
        Map.of(),
        List.of(new RuleSetting(id, Match.EVERYTHING, when, false, deny, opens, null)),
        List.of(),
        Quotas.DEFAULT,
        RestorePermissions.EXACT,
        "");
  }

  @Test
  void aNewPolicyRulesFromNowOnAndLeavesClaimsAlone() throws FsException {
    rig.put("/box/ram", FdKind.MEMFD, rig.alice);
    Lease first = rig.open("/box/ram", rig.alice);
    Lease second = rig.open("/box/ram", rig.bob);
    rig.setPolicy("rules: [{ id: one, match: { box: \"*\" }, opens: 1 }]");
    assertThat(rig.guard.inspection().totals().claims()).isEqualTo(2);
    rig.release(first);
    rig.assertDenied(rig.alice, "one", Errno.EBUSY, () -> rig.open("/box/ram", rig.alice));
    rig.release(second);
    rig.release(rig.guard.claims().open("/box/ram", Access.READ, rig.alice));
    assertThat(rig.guard.inspection().policyText()).contains("opens: 1");
  }
}
