package org.fdboxfs.policy.experiment.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.fake.Refusals.errnoOf;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FsException;
import org.fdboxfs.policy.AttributeChange;
import org.fdboxfs.policy.Event;
import org.fdboxfs.policy.Lease;
import org.fdboxfs.policy.PolicySettings;
import org.fdboxfs.policy.Rig;
import org.fdboxfs.policy.Target;
import org.junit.jupiter.api.Test;

class ReplayTest {
  private static final String ONCE = "rules: [{ id: once, match: { entry: \"ram*\" }, opens: 1 }]";
  private static final String MEMBERS =
      "rules: [{ id: members, when: \"operation == 'open' && !(27 in caller.groups)\", deny: EPERM }]";

  private final Rig rig = new Rig();

  ReplayTest() throws FsException {
    rig.guard.journal().describeAskers(uid -> true);
  }

  private List<Event> events() {
    return rig.guard.journal().after(0, 999);
  }

  private static List<String> replay(List<Event> events, String policy) {
    Replay replay = new Replay(List.of(Rig.settings(policy)));
    List<String> said = new ArrayList<>();
    for (Event event : events) {
      for (Answer answer : replay.next(event)) {
        String what = answer.deny() == null ? "permit" : answer.deny().errno().toString();
        said.add(
            event.type()
                + " "
                + (answer.unknown() == null ? what : "?")
                + (answer.differsFrom(event.deny()) ? " differs" : ""));
      }
    }
    return said;
  }

  @Test
  void whatThereIsNoRoomForIsForgottenAndNotGuessed() throws FsException {
    rig.put("/box/ram", FdKind.MEMFD, rig.alice);
    List<Event> made = events();
    Replay replay = new Replay(List.of(Rig.settings(ONCE)), () -> true);
    made.forEach(replay::next);
    Set<String> unknown = new TreeSet<>();
    long last = made.get(made.size() - 1).sequence();
    for (int i = 0; i < 5_000; i++) {
      rig.release(rig.open("/box/ram", rig.bob));
      for (Event event : rig.guard.journal().after(last, 999)) {
        last = event.sequence();
        replay.next(event).forEach(answer -> unknown.add(String.valueOf(answer.unknown())));
      }
    }
    assertThat(unknown)
        .containsExactly(
            "null",
            "what is in box box: there was no memory for what happened before event 4096",
            "what is in box box: there was no memory for what happened before event 8192");
  }

  @Test
  void underTheSamePolicyNothingDiffers() throws FsException {
    rig.put("/box/ram", FdKind.MEMFD, rig.alice);
    Lease lease = rig.open("/box/ram", rig.bob);
    errnoOf(() -> rig.put("/box/e", FdKind.EPOLL, rig.alice));
    errnoOf(() -> rig.seal("/box", rig.alice));
    rig.release(lease);
    rig.seal("/box", rig.alice);
    errnoOf(() -> rig.open("/box/ram", rig.bob));
    rig.unseal("/box", rig.alice);
    rig.guard.namespace().rename("/box/ram", "/box/mem", false, rig.alice);
    rig.guard.metadata().setattr(Target.at("/box/mem"), AttributeChange.mode(0), rig.alice);
    rig.guard.namespace().unlink("/box/mem", rig.alice);
    rig.guard.namespace().rmdir("/box", rig.alice);
    assertThat(replay(events(), ""))
        .containsExactly(
            "mkdir permit",
            "put permit",
            "open permit",
            "deny EOPNOTSUPP",
            "deny EBUSY",
            "seal permit",
            "deny EBUSY",
            "unseal permit",
            "rename permit",
            "setattr permit",
            "remove permit",
            "rmdir permit");
  }

  @Test
  void claimsCountAsTheyDidThen() throws FsException {
    rig.put("/box/ram", FdKind.MEMFD, rig.alice);
    Lease first = rig.open("/box/ram", rig.alice);
    Lease second = rig.open("/box/ram", rig.bob);
    rig.release(first);
    rig.release(second);
    rig.release(rig.open("/box/ram", rig.bob));
    assertThat(replay(events(), ONCE))
        .containsExactly(
            "mkdir permit", "put permit", "open permit", "open EBUSY differs", "open permit");
  }

  @Test
  void whatWasRefusedMayBePermitted() throws FsException {
    errnoOf(() -> rig.put("/box/e", FdKind.EPOLL, rig.alice));
    assertThat(replay(events(), "kinds: { epoll: { allow: true } }"))
        .containsExactly("mkdir permit", "deny permit differs");
  }

  @Test
  void aMarkThatWasSetThenCounts() throws FsException {
    rig.mkdir("/box/net", 0755, rig.alice);
    rig.put("/box/net/a", FdKind.EVENTFD, rig.alice);
    rig.put("/box/net/b", FdKind.EVENTFD, rig.alice);
    rig.mark("/box/net", "user.fdbox.link", "reserve", rig.alice);
    rig.open("/box/net/a", rig.alice);
    errnoOf(() -> rig.open("/box/net/b", rig.bob));
    assertThat(replay(events(), "")).endsWith("setattr permit", "open permit", "deny EBUSY");
  }

  @Test
  void whatIsNotInTheTraceIsNotGuessed() throws FsException {
    rig.put("/box/ram", FdKind.MEMFD, rig.alice);
    rig.open("/box/ram", rig.bob);
    rig.mkdir("/later", 0755, rig.alice);
    rig.put("/later/ram", FdKind.MEMFD, rig.alice);
    rig.open("/later/ram", rig.bob);
    List<Event> all = events();
    assertThat(replay(all.subList(1, all.size()), ONCE))
        .containsExactly("put ?", "open ?", "mkdir permit", "put permit", "open permit");
    List<Event> gap = new ArrayList<>(all);
    gap.remove(2);
    assertThat(replay(gap, ONCE))
        .containsExactly("mkdir permit", "put permit", "mkdir permit", "put permit", "open permit");
    gap.add(all.get(2));
    assertThat(replay(gap, ONCE)).as("a number that came before").endsWith("open ?");
  }

  @Test
  void whoseGroupsAreNotToldIsNotJudgedByThem() throws FsException {
    rig.put("/box/ram", FdKind.MEMFD, rig.alice);
    rig.open("/box/ram", rig.process(rig.bob, 201));
    assertThat(replay(events(), MEMBERS)).endsWith("open permit");
    rig.guard.journal().describeAskers(uid -> false);
    rig.open("/box/ram", rig.process(rig.bob, 202));
    assertThat(replay(events(), MEMBERS)).endsWith("open permit", "open ?");
    assertThat(replay(events(), "")).endsWith("open permit", "open permit");
  }

  @Test
  void quotasOfUsersAreNotJudgedWhereTheyMayHaveHadMore() throws FsException {
    rig.mkdir("/later", 0755, rig.alice);
    List<Event> later = events().subList(1, 2);
    assertThat(replay(later, "quotas: { boxesPerUser: 1 }")).containsExactly("mkdir ?");
    assertThat(replay(events(), "quotas: { boxesPerUser: 1 }"))
        .containsExactly("mkdir permit", "mkdir EDQUOT differs");
  }

  @Test
  void aTraceThatContradictsItselfMakesItsBoxUnknown() throws FsException {
    rig.put("/box/ram", FdKind.MEMFD, rig.alice);
    rig.open("/box/ram", rig.bob);
    List<Event> all = events();
    Event open = all.get(2);
    Event elsewhere =
        new Event(
            3,
            open.time(),
            "remove",
            "remove",
            0,
            1,
            "/box/nothing",
            0,
            "",
            0,
            null,
            open.asker(),
            open.subject());
    assertThat(
            replay(
                List.of(all.get(0), all.get(1), elsewhere),
                PolicySettings.DEFAULT.source().replace("version: 1\n", "")))
        .endsWith("remove ?");
    assertThat(open.subject().access()).isEqualTo(Access.READ_WRITE);
  }
}
