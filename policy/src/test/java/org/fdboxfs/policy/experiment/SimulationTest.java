package org.fdboxfs.policy.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import org.fdboxfs.policy.experiment.kernel.SimulatedProcess;
import org.junit.jupiter.api.Test;

class SimulationTest {
  private static final String DEVICE =
      """
      alice mkdir path: box, mode: "0777"
      alice descriptor kind: vfio-device, as: device
      alice put fd: device, path: box/vfio0
      alice chmod path: box/vfio0, mode: "0666"
      alice close handle: device
      """;

  @Test
  void aSingleOpenEntryIsFreeWhenItsHandleIsClosed() {
    Played.lines(
        DEVICE
            + """
            alice open path: box/vfio0, as: h
            bob open path: box/vfio0 -> EBUSY
            alice close handle: h
            bob open path: box/vfio0, as: mine
            bob exit
            alice open path: box/vfio0, as: again
            """);
  }

  @Test
  void whoTookTheDescriptorCountsUntilItIsClosed() {
    Played.lines(
        DEVICE
            + """
            alice open path: box/vfio0, as: h
            alice take handle: h, as: real
            alice close handle: h
            bob open path: box/vfio0 -> EBUSY
            bob get path: box/vfio0 -> EBUSY
            alice close handle: real
            bob obtain path: box/vfio0, as: mine
            alice open path: box/vfio0 -> EBUSY
            bob exit
            alice open path: box/vfio0
            """);
  }

  @Test
  void whoPutItAndKeepsItDoesNotCount() {
    Played.lines(
        """
        alice mkdir path: box, mode: "0777"
        alice descriptor kind: vfio-device, as: device
        alice put fd: device, path: box/vfio0
        alice chmod path: box/vfio0, mode: "0666"
        bob obtain path: box/vfio0, as: mine
        bob close handle: mine
        bob open path: box/vfio0
        """);
  }

  @Test
  void getMovesTheDescriptorOut() {
    Played.lines(
        DEVICE
            + """
            bob get path: box/vfio0, as: mine
            bob list path: box -> ok
            bob open path: box/vfio0 -> ENOENT
            bob put fd: mine, path: box/again
            bob stat path: box/again -> ok file 0600 2000:2000 vfio-device
            bob get path: top -> EPERM
            bob get path: box/nothing -> ENOENT
            """);
  }

  @Test
  void descriptorsAreHandedOutForWhatTheHandleIsOpenFor() {
    Played.lines(
        """
        alice mkdir path: box, mode: "0755"
        alice descriptor kind: memfd, as: m, size: 8192
        alice write handle: m, text: hello
        alice put fd: m, path: box/ram
        alice chmod path: box/ram, mode: "0644"
        bob open path: box/ram, access: read, as: h
        bob read handle: h -> ok hello
        bob write handle: h, text: x -> EBADF
        bob take handle: h, as: real
        bob read handle: real -> ok hello
        bob write handle: real, text: x -> EBADF
        bob truncate handle: real, size: 1 -> EINVAL
        bob truncate handle: h, size: 1 -> EINVAL
        bob map handle: real
        bob obtain path: box/ram, as: all -> EACCES
        alice obtain path: box/ram, as: all
        alice write handle: all, text: jello
        bob read path: box/ram -> ok jello
        bob write path: box/ram -> EACCES
        alice truncate path: box/ram, size: 2
        bob read handle: real -> ok je
        alice truncate path: box/ram, size: 0
        bob map handle: real -> EFAULT
        """);
  }

  @Test
  void whatWasPutForLessOpensForLess() {
    Played.lines(
        """
        alice mkdir path: box, mode: "0755"
        alice descriptor kind: pipe, as: p
        alice put fd: p, path: box/out
        alice put fd: p-write, path: box/in
        alice open path: box/out, access: read-write -> EACCES
        alice open path: box/out, access: read, as: h
        alice take handle: h, as: end
        alice write handle: end -> EBADF
        alice map handle: h -> ENODEV
        alice descriptor kind: namespace, as: ns
        alice put fd: ns, path: box/ns
        alice open path: box/ns, access: read, as: n
        alice read handle: n -> EINVAL
        alice put fd: n, path: box/self -> ELOOP
        alice put fd: h, path: box/self -> ELOOP
        alice descriptor kind: epoll, as: e
        alice put fd: e, path: box/epoll -> EOPNOTSUPP
        alice take handle: e -> EXDEV
        """);
  }

  @Test
  void theModeOfANewFileIsForLaterOpens() {
    Played.lines(
        """
        alice mkdir path: box, mode: "0755"
        alice create path: box/none, mode: "0000", size: 100
        alice create path: box/usual
        alice stat path: box/usual -> ok file 0644
        alice open path: box/none -> EACCES
        bob read path: box/usual
        """);
  }

  @Test
  void countersTakeNumbersOfEightBytes() {
    Played.lines(
        """
        alice mkdir path: box, mode: "0755"
        alice descriptor kind: eventfd, as: e
        alice descriptor kind: timerfd, as: t
        alice put fd: e, path: box/event
        alice write handle: e, text: one -> EINVAL
        alice write path: box/event, text: one -> EINVAL
        alice write handle: e, text: "12345678"
        alice write path: box/event, text: "12345678"
        alice write handle: t, text: "12345678" -> EINVAL
        """);
  }

  @Test
  void theRootIsNoNameToRemoveMoveOrTakeOut() {
    Played.lines(
        """
        alice mkdir path: box, mode: "0755"
        alice rmdir path: . -> EINVAL
        alice rename path: ., to: box/new -> EBUSY
        alice rename path: nothing, to: . -> EBUSY
        alice rename path: nothing/below, to: . -> ENOENT
        alice obtain path: ., as: a -> EINVAL
        alice get path: ., as: b -> EINVAL
        """);
  }

  @Test
  void aGroupIsTakenAsAWhole() {
    Played.lines(
        """
        alice mkdir path: box, mode: "0777"
        alice mkdir path: box/net, mode: "0777"
        alice descriptor kind: iommufd, as: i
        alice descriptor kind: vfio-device, as: v
        alice put fd: i, path: box/net/iommu
        alice put fd: v, path: box/net/vfio
        alice close handle: i
        alice close handle: v
        alice mark path: box/net, link: together
        alice open path: box/net/vfio -> ENOLINK
        alice open path: box/net, access: read, as: d
        alice take handle: d, as: all
        root open path: box/net, access: read, as: d
        root take handle: d -> EBUSY
        alice close handle: d
        root take handle: d -> EBUSY
        alice close handle: all
        root take handle: d, as: all
        """);
  }

  @Test
  void aReservedGroupHasOneHolder() {
    Played.lines(
        """
        alice mkdir path: box, mode: "0777"
        alice create path: box/a, mode: "0666"
        alice create path: box/b, mode: "0666"
        alice mark path: box, link: reserve
        alice open path: box/a, as: a
        bob open path: box/b -> EBUSY
        alice open path: box/b
        alice exit
        bob open path: box/b
        """);
  }

  @Test
  void policiesDecideHereAsTheyDoThere() {
    Played.lines(
        Played.settings(
            """
            rules:
              - id: two
                match: { entry: "ram*" }
                opens: 2
                writers: 1
              - id: units
                when: "operation == 'put' && caller.cgroup != '/vmm'"
                deny: EPERM
            """),
        """
        root mkdir path: box, mode: "0777"
        root descriptor kind: memfd, as: m
        root put fd: m, path: box/ram -> EPERM
        root create path: box/ram -> EPERM
        unit mkdir path: box/sub, mode: "0777"
        unit create path: box/ram, mode: "0666"
        unit open path: box/ram, as: a
        root open path: box/ram, access: read
        root open path: box/ram -> EBUSY
        unit open path: box/ram, access: read, as: b
        root open path: box/ram, access: read -> EBUSY
        """);
  }

  @Test
  void aHandleOfAMountThatEndedIsOfNoUse() {
    Simulation simulation =
        Played.lines(
            """
            alice mkdir path: box, mode: "0777"
            alice create path: box/ram, size: 10
            alice open path: box/ram, as: h
            alice restart
            alice take handle: h -> ENOTCONN
            alice read handle: h -> ENOTCONN
            alice close handle: h
            alice list path: . -> ok
            alice mkdir path: box
            """);
    assertThat(simulation.registry().claims()).isZero();
  }

  @Test
  void aNewProcessOfAnActorIsAnother() {
    Simulation simulation =
        Played.lines(
            """
            alice descriptor kind: memfd, as: m
            alice exit
            alice exit
            alice mkdir path: box
            """);
    SimulatedProcess alice = simulation.living("alice");
    assertThat(alice).isNotNull();
    assertThat(alice == null ? "" : alice.table().toString()).isEqualTo("{}");
  }

  @Test
  void whatWasNeverOpenedIsABadDescriptorAfterTheNamesAreLookedAt() {
    Played.lines(
        DEVICE
            + """
            bob open path: box/vfio0, as: h
            carol open path: box/vfio0, as: h -> EBUSY
            carol take handle: h -> EBADF
            carol close handle: h -> EBADF
            carol read handle: h -> EBADF
            carol put fd: h, path: box/new -> EBADF
            carol put fd: h, path: box/vfio0 -> EEXIST
            carol put fd: h, path: nothing/new -> ENOENT
            alice chmod path: box, mode: "0755"
            carol put fd: h, path: box/new -> EACCES
            """);
  }

  @Test
  void theControlDirectoryIsNotThere() {
    Played.lines(
        """
        alice stat path: .fdbox/status -> not-offered
        alice mkdir path: .fdbox -> not-offered
        alice list path: . -> ok
        """);
  }
}
