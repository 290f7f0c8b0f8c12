package org.fdboxfs.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.fake.Refusals.errnoOf;

import java.util.concurrent.atomic.AtomicInteger;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FsException;
import org.fdboxfs.policy.rule.Operation;
import org.junit.jupiter.api.Test;

class JournalTest {
  private final Rig rig = new Rig();
  private final Journal journal = rig.guard.journal();

  JournalTest() throws FsException {}

  private void refuse(Caller caller, String path) {
    FsException refusal = new FsException(Errno.EINVAL, "no");
    rig.guard.refused(Operation.PUT, caller, path, "put", refusal);
  }

  @Test
  void whatHappensIsToldInOrder() throws FsException {
    rig.put("/box/ram", FdKind.MEMFD, rig.alice);
    Lease lease = rig.open("/box/ram", rig.bob);
    errnoOf(() -> rig.put("/box/e", FdKind.EPOLL, rig.alice));
    rig.release(lease);
    rig.guard.namespace().rename("/box/ram", "/box/mem", false, rig.alice);
    rig.guard.namespace().unlink("/box/mem", rig.alice);
    rig.seal("/box", rig.alice);
    rig.unseal("/box", rig.alice);
    rig.setPolicy("");
    rig.guard.namespace().rmdir("/box", rig.alice);
    assertThat(journal.after(0, 99))
        .extracting(event -> event.type() + " " + event.path() + " " + event.detail())
        .containsExactly(
            "mkdir /box ",
            "put /box/ram memfd",
            "open /box/ram read-write",
            "deny /box/e ",
            "release /box/ram ",
            "rename /box/ram /box/mem",
            "remove /box/mem ",
            "seal /box ",
            "unseal /box ",
            "policy / ",
            "rmdir /box ");
    assertThat(journal.after(0, 99)).extracting(Event::sequence).isSorted().startsWith(1L, 2L);
    Event open = journal.after(2, 1).get(0);
    assertThat(open.uid()).isEqualTo(2000);
    assertThat(open.pid()).isEqualTo(200);
    assertThat(open.deny()).isNull();
  }

  @Test
  void aReaderThatIsTooSlowMissesTheOldest() {
    long first = journal.newest();
    for (int i = 0; i < Journal.EVENTS + 100; i++) {
      refuse(rig.alice, "/box/" + i);
    }
    assertThat(journal.after(first, 1).get(0).sequence()).isEqualTo(first + 101);
    assertThat(journal.after(first, 5000)).hasSize(Journal.EVENTS);
    assertThat(journal.after(journal.newest(), 1)).isEmpty();
    assertThat(journal.after(journal.newest() + 50, 1)).isEmpty();
    assertThat(journal.after(journal.newest() - 1, 50)).hasSize(1);
  }

  @Test
  void aUserCannotPushOutWhatAnotherWantsToRead() {
    refuse(rig.bob, "/box/bobs");
    for (int i = 0; i < 5000; i++) {
      refuse(rig.alice, "/box/" + i);
    }
    assertThat(journal.denials(2000)).extracting(Event::path).containsExactly("/box/bobs");
    assertThat(journal.denials(1000)).hasSize(Journal.DENIALS_PER_USER);
    assertThat(journal.denials(1000)).extracting(Event::path).endsWith("/box/4998", "/box/4999");
    assertThat(journal.denials(0)).hasSize(Journal.DENIALS_PER_USER + 1);
    assertThat(journal.denials(0)).extracting(Event::sequence).isSorted();
  }

  @Test
  void refusalsOfSoManyUsersAreKept() {
    for (int uid = 1; uid <= Journal.USERS + 10; uid++) {
      refuse(rig.processes.caller(uid, uid, uid), "/x");
    }
    assertThat(journal.denials(1)).isEmpty();
    assertThat(journal.denials(11)).hasSize(1);
    assertThat(journal.denials(0)).hasSize(Journal.USERS);
  }

  @Test
  void eventsAndRefusalsAreCounted() throws FsException {
    rig.put("/box/a", FdKind.PIPE, rig.alice);
    rig.put("/box/b", FdKind.PIPE, rig.alice);
    refuse(rig.alice, "/x");
    assertThat(journal.counts())
        .containsEntry("put", 2L)
        .containsEntry("deny", 1L)
        .containsEntry("deny:EINVAL", 1L);
  }

  @Test
  void aListenerIsToldOfEveryEvent() throws FsException {
    AtomicInteger told = new AtomicInteger();
    journal.onEvent(told::incrementAndGet);
    rig.put("/box/a", FdKind.PIPE, rig.alice);
    refuse(rig.alice, "/x");
    assertThat(told).hasValue(2);
  }
}
