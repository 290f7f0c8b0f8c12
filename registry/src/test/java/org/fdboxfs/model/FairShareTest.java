package org.fdboxfs.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FairShareTest {
  private static final int ALICE = 1000;
  private static final int BOB = 2000;

  private final FairShare share = new FairShare(1024, 1);

  /** Takes one by one until nothing more is given; returns how many that were. */
  private static int takeAll(FairShare share, int uid) {
    int got = 0;
    while (share.take(uid, false, 1)) {
      got++;
    }
    return got;
  }

  @Test
  void oneUserGetsHalf() {
    assertThat(takeAll(share, ALICE)).isEqualTo(512);
  }

  @Test
  void whoComesLaterGetsHalfOfWhatIsLeft() {
    takeAll(share, ALICE);

    assertThat(takeAll(share, BOB)).isEqualTo(256);
    assertThat(takeAll(share, ALICE)).as("she has more than her share already").isZero();
  }

  @ParameterizedTest
  @CsvSource({"2, 341", "3, 256", "31, 32", "1022, 1"})
  void thoseWhoTakeTurnsGetTheSameAndLeaveAsMuch(int users, int each) {
    for (int round = 0; round < each; round++) {
      for (int user = 0; user < users; user++) {
        assertThat(share.take(user, false, 1)).as("round %s, user %s", round, user).isTrue();
      }
    }

    assertThat(share.take(0, false, 1)).isFalse();
    assertThat(share.take(users, false, 1)).as("one more user").isTrue();
  }

  @ParameterizedTest
  @CsvSource({"1, 512, 10", "2, 341, 16", "4, 204, 27", "9, 102, 50"})
  void theMoreOthersAreThoughtOfTheMoreCanBeGreedyOneAfterTheOther(
      int others, int first, int greedy) {
    FairShare bounded = new FairShare(1024, others);
    assertThat(takeAll(bounded, 0)).isEqualTo(first);
    int users = 1;
    while (takeAll(bounded, users) > 0) {
      users++;
    }
    assertThat(users).isEqualTo(greedy);
  }

  @Test
  void aBoundOfOneUserIsKeptWhateverIsLeft() {
    FairShare bounded = new FairShare(1024, 1, 10);

    assertThat(takeAll(bounded, ALICE)).isEqualTo(10);
    assertThat(takeAll(bounded, BOB)).isEqualTo(10);
  }

  @Test
  void rootGetsAllThatIsLeftAndNoMore() {
    takeAll(share, ALICE);

    assertThat(share.take(0, true, 513)).isFalse();
    assertThat(share.take(0, true, 512)).isTrue();
    assertThat(share.take(0, true, 1)).isFalse();
    assertThat(share.take(BOB, false, 1)).isFalse();
  }

  @Test
  void whatIsGivenBackCanBeTakenAgainAndNobodyIsRemembered() {
    takeAll(share, ALICE);
    assertThat(share.users()).isEqualTo(1);

    share.giveBack(ALICE, 12);
    assertThat(takeAll(share, ALICE)).isEqualTo(12);
    share.giveBack(ALICE, 512);

    assertThat(share.users()).isZero();
    assertThat(takeAll(share, BOB)).isEqualTo(512);
  }

  @Test
  void whatIsRefusedTakesNothing() {
    assertThat(share.take(ALICE, false, 513)).isFalse();
    assertThat(share.take(ALICE, false, Long.MAX_VALUE)).isFalse();
    assertThat(share.take(0, true, Long.MAX_VALUE)).isFalse();

    assertThat(share.take(ALICE, false, 512)).isTrue();
  }

  @Test
  void nothingCanAlwaysBeTaken() {
    assertThat(share.take(0, true, 1024)).isTrue();
    assertThat(share.take(ALICE, false, 0)).isTrue();
    assertThat(share.users()).isEqualTo(1);
    assertThat(share.take(0, true, 0)).isTrue();
  }
}
