package org.fdboxfs.policy.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Mistakes in the guard are found, each by a shortest way; without them all holds. */
class MutationsTest {
  /**
   * A mistake and a scenario that shows it.
   *
   * @param scenario setup, an empty line, steps
   * @param found what is told of it
   */
  private record Seeded(
      Mutation mutation, String policy, String crashes, String scenario, String found) {
    @Override
    public String toString() {
      return mutation.name();
    }
  }

  private static final String NO_GROUPS =
      """
      groups:
        - match: { box: box }
          open: none
      """;

  private static final String DEVICE =
      """
      alice mkdir path: box, mode: "0777"
      alice descriptor kind: vfio-device, as: device
      alice put fd: device, path: box/vfio
      alice chmod path: box/vfio, mode: "0666"
      alice close handle: device

      """;

  private static final String MEMORY =
      """
      alice mkdir path: box, mode: "0777"
      alice create path: box/ram, mode: "0644"
      alice create path: box/any, mode: "0666"

      """;

  static List<Seeded> seeded() {
    return List.of(
        new Seeded(
            Mutation.OPENS_ARE_NOT_COUNTED,
            NO_GROUPS,
            "",
            DEVICE
                + """
                alice stat path: box/vfio
                alice open path: box/vfio, as: a
                alice close handle: a
                bob open path: box/vfio, as: b
                bob close handle: b
                """,
            """
            one-holder: box/vfio is open for alice and bob
            alice stat box/vfio -> ok
            alice open box/vfio as a -> ok
            bob open box/vfio as b -> ok
            """),
        new Seeded(
            Mutation.TAKERS_ARE_IGNORED,
            "",
            "",
            DEVICE
                + """
                alice open path: box/vfio, as: a
                alice take handle: a, as: real
                alice close handle: a
                bob open path: box/vfio, as: b
                """,
            """
            one-holder: box/vfio is open for alice and bob
            alice open box/vfio as a -> ok
            alice take a as real -> ok
            alice close a -> ok
            bob open box/vfio as b -> ok
            """),
        new Seeded(
            Mutation.HANDLES_ARE_FOR_EVERYTHING,
            "",
            "",
            MEMORY
                + """
                bob open path: box/ram, access: read, as: h
                bob take handle: h, as: real
                alice open path: box/ram, as: h
                """,
            """
            read-only: bob has a descriptor of box/ram that is open for read-write, by a handle for read
            bob open box/ram for read as h -> ok
            bob take h as real -> ok
            """),
        new Seeded(
            Mutation.DESCRIPTORS_ARE_FOR_EVERYTHING,
            "",
            "",
            """
            alice mkdir path: box, mode: "0777"
            alice create path: box/ram, mode: "0644"
            bob open path: box/ram, access: read, as: h
            bob take handle: h, as: real

            bob put fd: real, path: box/again
            bob open path: box/again, access: read-write, as: w
            """,
            """
            read-only: bob has a handle of box/again that is open for read-write, where one for read was put
            bob put real box/again -> ok
            bob open box/again for read-write as w -> ok
            """),
        new Seeded(
            Mutation.MODES_ARE_IGNORED,
            "",
            "",
            MEMORY
                + """
                bob obtain path: box/ram, as: real
                alice chmod path: box/ram, mode: "0666"
                """,
            """
            read-only: bob has a handle of box/ram that is open for read-write, where its mode was 0644
            bob obtain box/ram as real -> ok
            """),
        new Seeded(
            Mutation.GROUPS_STAY_HALF_OPEN,
            "",
            "",
            MEMORY
                + """
                alice mark path: box, link: together
                bob open path: box, access: read, as: d
                bob take handle: d, as: both
                """,
            """
            no-effect: box/any is not as it was
            alice mark box together -> ok
            bob open box for read as d -> ok
            bob take d as both -> EACCES
            """),
        new Seeded(
            Mutation.REFUSED_FILES_STAY,
            """
            rules:
              - id: no-opens
                when: "operation == 'open' && caller.uid == 2000"
                deny: EPERM
            """,
            "",
            MEMORY
                + """
                bob create path: box/new
                """,
            """
            no-effect: box/new is not as it was
            bob create box/new -> EPERM
            """),
        new Seeded(
            Mutation.CLAIMS_NEVER_END,
            "",
            "bob",
            DEVICE
                + """
                bob open path: box/vfio, as: b
                """,
            """
            no-orphan: box/vfio counts 1 open, and is open for nobody
            bob open box/vfio as b -> ok
            bob is killed -> ok
            """),
        new Seeded(
            Mutation.SEALED_BOXES_OPEN,
            "",
            "",
            MEMORY
                + """
                alice seal path: box
                alice unseal path: box
                bob open path: box/ram, access: read, as: h
                """,
            """
            sealed: box/ram was opened while box was sealed
            alice seal box -> ok
            bob open box/ram for read as h -> ok
            """),
        new Seeded(
            Mutation.RENAMES_FORGET_CLAIMS,
            "",
            "",
            DEVICE
                + """
                alice open path: box/vfio, as: a
                alice rename path: box/vfio, to: box/new
                bob open path: box/new, as: b
                """,
            """
            one-holder: box/new is open for alice and bob
            alice open box/vfio as a -> ok
            alice rename box/vfio to box/new -> ok
            bob open box/new as b -> ok
            """),
        new Seeded(
            Mutation.GROUPS_ARE_NOT_RESERVED,
            "",
            "",
            MEMORY
                + """
                alice mark path: box, link: reserve
                alice open path: box/ram, as: a
                bob open path: box/any, as: b
                """,
            """
            whole-group: bob has box/any while alice has box/ram of the same group
            alice mark box reserve -> ok
            alice open box/ram as a -> ok
            bob open box/any as b -> ok
            """),
        new Seeded(
            Mutation.ORDER_IS_IGNORED,
            "",
            "",
            DEVICE.strip()
                + """

                alice descriptor kind: iommufd, as: iommu
                alice put fd: iommu, path: box/iommu
                alice mark path: box, link: in-order

                alice open path: box/iommu, as: i
                alice open path: box/vfio, as: v
                bob open path: box/vfio, as: v
                """,
            """
            whole-group: bob has box/vfio without iommu, which comes before it
            bob open box/vfio as v -> ok
            """),
        new Seeded(
            Mutation.CHANGED_BEFORE_ASKED,
            """
            rules:
              - id: no-changes
                when: "operation == 'setattr' && entry.name == 'ram'"
                deny: EPERM
            """,
            "",
            MEMORY
                + """
                alice chmod path: box/ram, mode: "0600"
                """,
            """
            no-effect: box/ram is not as it was
            alice chmod box/ram 0600 -> EPERM
            """),
        new Seeded(
            Mutation.MOVES_LEAVE_CLAIMS,
            "",
            "",
            DEVICE
                + """
                alice open path: box/vfio, as: a
                alice take handle: a, as: real
                alice close handle: a
                alice remove path: box/vfio
                """,
            """
            no-orphan: 1 claims are counted on entries that are gone
            alice open box/vfio as a -> ok
            alice take a as real -> ok
            alice close a -> ok
            alice remove box/vfio -> ok
            """),
        new Seeded(
            Mutation.MODES_ARE_IGNORED,
            "",
            "",
            MEMORY
                + """
                bob open path: box/ram, as: h
                alice chmod path: box/ram, mode: "0666"
                """,
            """
            read-only: bob has a handle of box/ram that is open for read-write, where its mode was 0644
            bob open box/ram as h -> ok
            """),
        new Seeded(
            Mutation.WRITERS_ARE_NOT_COUNTED,
            """
            rules:
              - { id: one, writers: 1 }
            """,
            "",
            MEMORY
                + """
                bob open path: box/any, as: b
                alice open path: box/any, access: read, as: r
                alice open path: box/any, as: a
                """,
            """
            one-holder: box/any is open for writing for alice and bob
            alice open box/any for read as r -> ok
            alice open box/any as a -> ok
            bob open box/any as b -> ok
            """),
        new Seeded(
            Mutation.TAKES_ARE_NOT_WATCHED,
            """
            rules:
              - { id: one, writers: 1 }
            """,
            "",
            MEMORY
                + """
                alice open path: box/any, as: a
                alice take handle: a, as: real
                alice close handle: a
                bob open path: box/any, as: b
                """,
            """
            one-holder: box/any is open for writing for alice and bob
            alice open box/any as a -> ok
            alice take a as real -> ok
            alice close a -> ok
            bob open box/any as b -> ok
            """),
        new Seeded(
            Mutation.HOLDERS_ARE_ALIKE,
            """
            groups:
              - { match: { box: box }, holder: user }
            """,
            "",
            MEMORY
                + """
                alice open path: box/ram, as: a
                bob open path: box/any, as: b
                """,
            """
            whole-group: bob has box/any while alice has box/ram of the same group
            alice open box/ram as a -> ok
            bob open box/any as b -> ok
            """),
        new Seeded(
            Mutation.SEALED_WHILE_OPEN,
            "",
            "",
            MEMORY
                + """
                bob open path: box/any, as: b
                alice seal path: box
                """,
            """
            sealed: box was sealed while bob has box/any
            bob open box/any as b -> ok
            alice seal box -> ok
            """),
        new Seeded(
            Mutation.SEALED_BOXES_TAKE,
            "",
            "",
            MEMORY
                + """
                alice seal path: box
                alice unseal path: box
                bob descriptor kind: eventfd, as: e
                bob put fd: e, path: box/new
                """,
            """
            sealed: box changed while it was sealed
            alice seal box -> ok
            bob descriptor eventfd as e -> ok
            bob put e box/new -> ok
            """),
        new Seeded(
            Mutation.MOVES_LEAVE_ENTRIES,
            "",
            "",
            MEMORY
                + """
                alice get path: box/ram, as: mine
                bob stat path: box/ram
                """,
            """
            in-and-out: box/ram was moved out and is there
            alice get box/ram as mine -> ok
            """),
        new Seeded(
            Mutation.KINDS_ARE_NOT_CHECKED,
            "",
            "",
            MEMORY
                + """
                bob descriptor kind: epoll, as: e
                bob stat path: box
                bob put fd: e, path: box/epoll
                """,
            """
            in-and-out: box/epoll is of kind epoll, which may not be put
            bob descriptor epoll as e -> ok
            bob stat box -> ok
            bob put e box/epoll -> ok
            """),
        new Seeded(
            Mutation.HANDLES_GO_IN,
            "kinds: { file: { allow: true } }\n",
            "",
            MEMORY
                + """
                bob open path: box/any, as: h
                bob put fd: h, path: box/itself
                """,
            """
            in-and-out: box/itself is a handle of the mount
            bob open box/any as h -> ok
            bob put h box/itself -> ok
            """),
        new Seeded(
            Mutation.QUOTAS_ARE_NOT_CHECKED,
            "quotas: { entriesPerBox: 3 }\n",
            "",
            MEMORY
                + """
                bob create path: box/third
                bob create path: box/fourth
                """,
            """
            in-and-out: there are 4 entries in box, and 3 may be
            bob create box/third -> ok
            bob create box/fourth -> ok
            """),
        new Seeded(
            Mutation.QUOTAS_ARE_NOT_CHECKED,
            "quotas: { entriesPerUser: 2, boxesPerUser: 2 }\n",
            "",
            MEMORY
                + """
                bob create path: box/first
                alice mkdir path: second
                alice mkdir path: third
                """,
            """
            in-and-out: alice has 3 boxes, and may have 2
            alice mkdir second -> ok
            alice mkdir third -> ok
            """),
        new Seeded(
            Mutation.DIRECTORIES_ARE_ANYBODYS,
            "",
            "",
            MEMORY
                + """
                alice chmod path: box, mode: "0755"
                bob remove path: box/any
                """,
            """
            modes: bob may not write box, where its mode is 0755
            alice chmod box 0755 -> ok
            bob remove box/any -> ok
            """),
        new Seeded(
            Mutation.OWNERS_ARE_IGNORED,
            "",
            "",
            MEMORY
                + """
                alice stat path: box
                bob chmod path: box/any, mode: "0600"
                """,
            """
            modes: bob does not own box/any
            bob chmod box/any 0600 -> ok
            """),
        new Seeded(
            Mutation.NOBODY_LOOKS_AGAIN,
            "",
            "alice",
            DEVICE
                + """
                alice open path: box/vfio, as: a
                alice take handle: a, as: real
                bob stat path: box
                bob open path: box/vfio
                """,
            """
            busy: bob is kept from box/vfio, which nobody has
            alice open box/vfio as a -> ok
            alice take a as real -> ok
            alice is killed -> ok
            bob stat box -> ok
            bob open box/vfio -> EBUSY
            """),
        new Seeded(
            Mutation.SETS_ARE_EMPTY,
            "",
            "",
            MEMORY
                + """
                alice mark path: box, link: together
                alice open path: box, access: read, as: d
                alice take handle: d, as: both
                """,
            """
            whole-group: of box, 0 of 2 members were taken
            alice mark box together -> ok
            alice open box for read as d -> ok
            alice take d as both -> ok
            """));
  }

  /** What the modes of an entry forbid others may be what they need, where modes do not count. */
  @Test
  void whereModesDoNotCountNobodyIsHeldToThem() {
    assertThat(
            Walk.explore(
                """
                modes: ignored
                rules:
                  - { id: nobody, when: "caller.uid == 1", deny: EPERM }
                """,
                "",
                MEMORY
                    + """
                    alice chmod path: box, mode: "0000"
                    bob obtain path: box/ram, as: real
                    bob open path: box/ram, as: handle
                    bob create path: box/new
                    bob remove path: box/any
                    """))
        .isEmpty();
  }

  private static List<String> lines(String text) {
    return text.strip().lines().toList();
  }

  @ParameterizedTest
  @MethodSource("seeded")
  void aMistakeIsFoundByAShortestWay(Seeded seeded) {
    List<String> found =
        new Mutant(seeded.mutation()).explore(seeded.policy(), seeded.crashes(), seeded.scenario());
    assertThat(found).isEqualTo(lines(seeded.found()));
  }

  @ParameterizedTest
  @MethodSource("seeded")
  void withoutTheMistakeEverythingHolds(Seeded seeded) {
    assertThat(new Mutant(null).explore(seeded.policy(), seeded.crashes(), seeded.scenario()))
        .isEmpty();
  }

  @Test
  void everyMistakeIsSeeded() {
    Set<Mutation> all = EnumSet.noneOf(Mutation.class);
    seeded().forEach(each -> all.add(each.mutation()));
    assertThat(all).containsAll(Arrays.asList(Mutation.values()));
  }
}
