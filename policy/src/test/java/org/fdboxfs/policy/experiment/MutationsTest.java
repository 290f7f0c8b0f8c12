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
            bob take handle: w, as: more
            """,
            """
            read-only: bob has a descriptor of box/again that is open for read-write, where one for read was put
            bob put real box/again -> ok
            bob open box/again for read-write as w -> ok
            bob take w as more -> ok
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
            read-only: bob has a descriptor of box/ram that is open for read-write, where its mode was 0644
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
            """));
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
