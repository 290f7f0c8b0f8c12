package org.fdboxfs.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.testing.Nodes.GET;
import static org.fdboxfs.testing.OtherProcess.NONE;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The steps of GET_FD: asked for, received, confirmed; and what comes between them. */
interface ChardevDeliveryContract extends ChardevSubject {
  /** Puts memory as the entry ram and asks for it; the socket at which it then waits. */
  private static long ask(OtherProcess process, long node, String content) {
    process.run("fdbox_put", node, process.memfd(content), "ram");
    return process.run("fdbox_ask", node, "ram");
  }

  @Test
  default void anotherProcessesSocketIsNotDeliveredTo(TestBox box) {
    OtherProcess victim = box.process();
    OtherProcess process = box.process();
    long node = nodes().open(process, box);
    process.run("fdbox_put", node, process.memfd(""), "ram");
    long foreign = victim.numbers("socketpair", "SOCK_SEQPACKET").get(0);
    long inherited = process.run("getfd", victim.pid(), foreign);

    assertThat(raw(process, node, GET, 0, inherited, "ram")).isEqualTo("EMFILE");
    process.run("fdbox_get", node, "ram");
  }

  /** Where a client is killed, and whether the entry is still there afterwards. */
  enum Step {
    BEFORE_THE_IOCTL(true),
    IN_THE_IOCTL(true),
    ASKED(true),
    RECEIVED(true),
    CONFIRMING(false),
    CONFIRMED(false);

    final boolean stays;

    Step(boolean stays) {
      this.stays = stays;
    }
  }

  @ParameterizedTest
  @EnumSource
  default void whoIsKilledBeforeItConfirmsLosesNothing(Step step, TestBox box) {
    OtherProcess process = box.process();
    long node = nodes().open(process, box);
    process.run("fdbox_put", node, process.memfd("kept"), "ram");
    OtherProcess doomed = box.process();
    long itsNode = nodes().open(doomed, box);

    if (step == Step.IN_THE_IOCTL) {
      whileTheDaemonIsStopped(
          box,
          () -> {
            doomed.send("fdbox_ask", itsNode, "ram");
            ProcessState.awaitInIoctl(doomed.pid());
            kill(doomed, box);
          });
    } else if (step != Step.BEFORE_THE_IOCTL) {
      goTo(step, doomed, doomed.run("fdbox_ask", itsNode, "ram"), box);
    }
    doomed.close();

    String there = step.stays ? NONE : "ENOENT";
    Await.until("it is found", () -> process.errno("stat", box.path("ram")).equals(there));
    Await.until("no claim is left", () -> box.mount().metric("fdboxfs_claims") == 0);
    if (step.stays) {
      assertThat(process.content(box.path("ram"))).isEqualTo("kept");
    }
    Await.until(
        "it can be had by others, or put anew",
        () -> process.errno("fdbox_get", node, "ram").equals(there));
  }

  private static void goTo(Step step, OtherProcess doomed, long socket, TestBox box) {
    if (step == Step.ASKED) {
      return;
    }
    doomed.run("fdbox_receive", socket);
    if (step == Step.CONFIRMED) {
      doomed.run("fdbox_confirm", socket);
    } else if (step == Step.CONFIRMING) {
      whileTheDaemonIsStopped(
          box,
          () -> {
            doomed.send("fdbox_confirm", socket);
            ProcessState.awaitInReceive(doomed.pid());
            kill(doomed, box);
          });
    }
  }

  /** It is gone when the daemon has heard of what it had open. */
  private static void kill(OtherProcess doomed, TestBox box) {
    box.process().run("kill", doomed.pid(), "SIGKILL");
  }

  /** Nothing of the mount may be asked meanwhile. */
  private static void whileTheDaemonIsStopped(TestBox box, Runnable step) {
    OtherProcess warden = box.process();
    warden.run("kill", box.mount().pid(), "SIGSTOP");
    try {
      ProcessState.awaitStopped(box.mount().pid());
      step.run();
    } finally {
      warden.run("kill", box.mount().pid(), "SIGCONT");
    }
  }

  @Test
  default void aSignalDoesNotConfirm(TestBox box) {
    OtherProcess process = box.process();
    long node = nodes().open(process, box);
    long socket = ask(process, node, "kept");
    process.run("handle_signal", "SIGUSR1");
    process.run("fdbox_receive", socket);
    process.setXattr(box.path(), STATE, "sealed-force");

    whileTheDaemonIsStopped(
        box,
        () -> {
          process.send("fdbox_confirm", socket);
          ProcessState.awaitInReceive(process.pid());
          box.process().run("kill", process.pid(), "SIGUSR1");
        });

    assertThat(process.answer()).isEqualTo("error EBUSY");
    process.run("fdbox_unseal", node);
    process.run("fdbox_get", node, "ram");
  }

  @Test
  default void whatIsNotConfirmedStays(TestBox box) {
    OtherProcess process = box.process();
    long node = nodes().open(process, box);
    process.run("fdbox_put", node, process.memfd("kept"), "ram");
    OtherProcess doomed = box.process();
    long socket = doomed.run("fdbox_ask", nodes().open(doomed, box), "ram");

    assertThat(process.errno("fdbox_get", node, "ram")).as("on its way").isEqualTo("ENOENT");
    assertThat(process.errno("fdbox_seal", node)).isEqualTo("EBUSY");
    doomed.run("fdbox_receive", socket);
    doomed.close();

    Await.until(
        "the claim ends", () -> process.xattr(box.path("ram"), "user.fdbox.claims").equals("0"));
    assertThat(process.content(box.path("ram"))).isEqualTo("kept");
    process.run("fdbox_get", node, "ram");
  }

  @Test
  default void whoHasNoRoomForItLosesNothing(TestBox box) {
    OtherProcess process = box.process();
    long node = nodes().open(process, box);
    process.run("fdbox_put", node, process.memfd("kept"), "ram");
    long next = process.run("dup", node);
    process.close(next);
    process.run("limit", next + 2);
    long first = process.run("dup", node);
    assertThat(process.errno("fdbox_get", node, "ram")).as("no pair").isEqualTo("EMFILE");
    process.close(first);
    process.run("limit", 256);

    Await.until(
        "the claim ends", () -> process.xattr(box.path("ram"), "user.fdbox.claims").equals("0"));
    process.run("fdbox_get", node, "ram");
  }

  @Test
  default void aSealThatComesBetweenKeepsTheEntry(TestBox box) {
    OtherProcess process = box.process();
    long node = nodes().open(process, box);
    long socket = ask(process, node, "kept");
    process.run("fdbox_receive", socket);
    process.setXattr(box.path(), STATE, "sealed-force");

    assertThat(process.errno("fdbox_confirm", socket)).isEqualTo("EBUSY");

    process.stat(box.path("ram"));
    process.run("fdbox_unseal", node);
    process.run("fdbox_get", node, "ram");
  }

  @Test
  default void anEntryThatIsRemovedMeanwhileIsGone(TestBox box) {
    OtherProcess process = box.process();
    long node = nodes().open(process, box);
    long socket = ask(process, node, "x");
    process.run("fdbox_receive", socket);
    process.run("unlink", box.path("ram"));

    assertThat(process.errno("fdbox_confirm", socket)).isEqualTo("ENOENT");
  }

  @Test
  default void whoHasNoRoomWhenItArrivesLosesNothing(TestBox box) {
    OtherProcess process = box.process();
    long node = nodes().open(process, box);
    long socket = ask(process, node, "kept");
    process.run("limit", socket + 1);
    while (process.errno("dup", node).equals(NONE)) {}

    assertThat(process.errno("fdbox_receive", socket)).isEqualTo("EMFILE");
    process.close(socket);
    process.run("limit", 256);

    Await.until("the entry is free", () -> process.errno("fdbox_get", node, "ram").equals(NONE));
  }

  @Test
  default void aBoxThatIsDeletedMeanwhileTakesTheEntryWithIt(TestBox box) {
    OtherProcess process = box.process();
    long node = nodes().open(process, box);
    long socket = ask(process, node, "x");
    long received = process.run("fdbox_receive", socket);
    process.run("fdbox_delete", nodes().control(process, box), box.name());

    assertThat(process.errno("fdbox_confirm", socket)).isEqualTo("ENOENT");
    assertThat(process.text("read", received, 10, 0)).isEqualTo("x");
  }

  @Test
  default void anEntryThatIsRenamedMeanwhileIsStillTheOneThatLeaves(TestBox box) {
    OtherProcess process = box.process();
    long node = nodes().open(process, box);
    long socket = ask(process, node, "asked for");
    process.run("rename", box.path("ram"), box.path("renamed"));
    process.run("fdbox_put", node, process.memfd("another"), "ram");

    assertThat(process.text("read", process.run("fdbox_receive", socket), 20, 0))
        .isEqualTo("asked for");
    assertThat(process.errno("fdbox_get", node, "renamed")).as("on its way").isEqualTo("ENOENT");
    process.run("fdbox_confirm", socket);

    assertThat(process.errno("stat", box.path("renamed"))).isEqualTo("ENOENT");
    assertThat(process.content(box.path("ram"))).isEqualTo("another");
  }

  @Test
  default void deliveriesThatWaitAreLimited(TestBox box) {
    OtherProcess greedy = box.process();
    OtherProcess process = box.process();
    long node = nodes().open(process, box);
    greedy.run("put_many", greedy.memfd("x"), box.path("ram"), 260);

    assertThat(greedy.text("fdbox_ask_many", nodes().open(greedy, box), "ram", 260))
        .isEqualTo("256 ENFILE");
    assertThat(process.errno("fdbox_get", node, "ram259")).isEqualTo("ENFILE");
    assertThat(process.errno("fdbox_get", node, "nothing")).isEqualTo("ENFILE");
    greedy.close();

    Await.until("all of them end", () -> box.mount().metric("fdboxfs_claims") == 0);
    process.run("fdbox_get", node, "ram0");
    process.run("fdbox_get", node, "ram259");
  }

  @Test
  default void noUserButRootHasMoreThanAQuarterOfThem(TestBox box) {
    OtherProcess process = box.process();
    long node = nodes().open(process, box);
    process.run("fdbox_put", node, process.memfd("x"), "of-root");
    OtherProcess greedy = box.process();
    long itsNode = nodes().open(greedy, box);
    greedy.run("administrator", 1000, 1000);
    greedy.run("put_many", greedy.memfd("x"), box.path("ram"), 66);

    assertThat(greedy.text("fdbox_ask_many", itsNode, "ram", 66)).isEqualTo("64 ENFILE");
    process.run("fdbox_get", node, "of-root");
  }

  /** Behind a message that confirms, or in its place, comes what waits when it is closed. */
  @ParameterizedTest(name = "confirmed before: {0}")
  @ValueSource(booleans = {false, true})
  default void whatCannotBeClosedHoldsUpNobodyElse(boolean confirmed, TestBox box) {
    OtherProcess process = box.process();
    long node = nodes().open(process, box);
    process.run("fdbox_put", node, process.memfd("x"), "of-root");
    OtherProcess user = box.process();
    long itsNode = nodes().open(user, box);
    user.run("administrator", 1000, 1000);
    user.run("fdbox_put", itsNode, user.memfd("x"), "ram");
    long socket = user.run("fdbox_ask", itsNode, "ram");
    user.run("fdbox_receive", socket);
    long lingering = user.run("lingering");

    whileTheDaemonIsStopped(
        box,
        () -> {
          if (confirmed) {
            user.run("sendmsg", socket, "x");
          }
          user.run("sendmsg", socket, "x", lingering);
          user.close(lingering);
        });

    process.run("fdbox_get", node, "of-root");
    Await.until("no claim is left", () -> box.mount().metric("fdboxfs_claims") == 0);
    assertThat(process.errno("stat", box.path("ram"))).isEqualTo(confirmed ? "ENOENT" : NONE);
  }
}
