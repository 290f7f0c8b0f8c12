package org.fdboxfs.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several who want the same at once, by the device and by the mount. */
interface ChardevRaceContract extends ChardevSubject {
  /**
   * What came of it, see {@code fdbox_fight} of the driver.
   *
   * @param again descriptors that were got though somebody had got them already
   * @param errnos what failed, such as {@code g:ENOENT}
   */
  record Fight(long put, long got, long removed, long again, long well, Set<String> errnos) {}

  /**
   * A process for each letter, capitals by the mount; see {@code fdbox_fight} of the driver.
   *
   * @param seed of what they do by chance
   */
  default Fight fight(TestBox box, String letters, int turns, int seed) {
    nodes().awaitNode(box, box.name());
    String answer =
        box.process()
            .text("fdbox_fight", nodes().directory(box), box.path(), "ram", letters, turns, seed);
    List<String> words = List.of(answer.split(" ", -1));
    List<Long> counts = words.stream().limit(5).map(Long::valueOf).toList();
    Set<String> errnos = new TreeSet<>(words.subList(5, words.size()));
    assertThat(counts.get(4)).as("processes that ended well").isEqualTo(letters.length());
    assertThat(counts.get(3)).as("got twice").isZero();
    return new Fight(
        counts.get(0), counts.get(1), counts.get(2), counts.get(3), counts.get(4), errnos);
  }

  /** What went in came out, by one way or the other, or is there. */
  default void assertNothingWasLost(TestBox box, Fight fight) {
    boolean left = box.process().errno("stat", box.path("ram")).equals(OtherProcess.NONE);
    assertThat(fight.put()).isEqualTo(fight.got() + fight.removed() + (left ? 1 : 0));
    assertThat(fight.put()).isPositive();
  }

  @Test
  default void ofManyWhoGetOneHasIt(TestBox box) {
    OtherProcess process = box.process();
    process.put(process.memfd("\0\0\0\0"), box.path("ram"));

    Fight fight = fight(box, "bbbb", turns(), 0);

    assertThat(fight.got()).isPositive();
    assertThat(fight.put()).as("each put it back").isEqualTo(fight.got());
    assertThat(fight.errnos()).isSubsetOf("b:ENOENT");
    process.run("fdbox_get", nodes().open(process, box), "ram");
  }

  @Test
  default void ofManyWhoCreateOneHasMade(TestBox box) {
    OtherProcess process = box.process();
    nodes().awaitNode(box, box.name());
    process.run("rmdir", box.path());
    nodes().awaitNoNode(box, box.name());
    box.boxBeside("");

    List<String> words =
        List.of(
            process
                .text("fdbox_fight", nodes().directory(box), box.path(), "", "cccc", turns(), 0)
                .split(" ", -1));

    assertThat(words.get(4)).as("processes that ended well").isEqualTo("4");
    assertThat(words.subList(5, words.size())).isSubsetOf("c:EEXIST");
    process.run("fdbox_create", nodes().control(process, box), box.name());
  }

  /** Both front ends put, get and let go under one name. */
  @Test
  default void theMountAndTheDeviceDoNotGetInEachOthersWay(TestBox box) {
    Fight fight = fight(box, "pPpPgGgg", turns(), 0);

    assertThat(fight.got()).isPositive();
    assertThat(fight.errnos()).isSubsetOf("p:EEXIST", "g:ENOENT");
    assertNothingWasLost(box, fight);
  }

  @Test
  default void aSealIsOnForAllOrForNobody(TestBox box) {
    Fight fight = fight(box, "pPggGxX", turns(), 0);

    assertThat(fight.errnos())
        .isSubsetOf("p:EEXIST", "p:EBUSY", "p:EROFS", "g:ENOENT", "g:EBUSY", "g:EROFS", "x:EBUSY");
    assertNothingWasLost(box, fight);
  }

  /** A box that comes and goes, by the device and by the mount, under those who use it. */
  @Test
  default void aBoxComesAndGoesUnderWhoUsesIt(TestBox box) {
    Fight fight = fight(box, "cCcCppgg", turns(), 0);

    assertThat(fight.errnos())
        .isSubsetOf(
            "c:EEXIST",
            "c:ENOENT",
            "c:ENOTEMPTY",
            "p:EEXIST",
            "p:ENOENT",
            "p:ENOTCONN",
            "g:ENOENT",
            "g:ENOTCONN");
  }

  /** Killed at any step, also inside an ioctl. */
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(ints = {1, 2, 3})
  default void whoIsKilledMeanwhileKeepsNothingFromOthers(int seed, TestBox box) {
    Fight fight = fight(box, "kkkpgG", turns(), seed);

    assertThat(fight.errnos()).isSubsetOf("p:EEXIST", "g:ENOENT");
    OtherProcess process = box.process();
    long node = nodes().open(process, box);
    Await.until(
        "the box can be sealed: nothing in it is claimed",
        () -> process.errno("fdbox_seal", node).equals(OtherProcess.NONE));
    process.run("fdbox_unseal", node);
  }
}
