package org.fdboxfs.fs.fuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fdboxfs.fake.Refusals.errnoOf;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.fdboxfs.fs.fuse.Turns.Turn;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FairShare;
import org.fdboxfs.model.FsException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TurnsTest {
  private static final int ALICE = 1000;
  private static final int BOB = 2000;
  private static final int CAROL = 3000;

  private final Turns<String> turns = new Turns<>(8);

  private static Turns.Request<String> request(String name, int bytes) {
    return new Turns.Request<>() {
      @Override
      public int bytes() {
        return bytes;
      }

      @Override
      public String copy() {
        return name;
      }
    };
  }

  private boolean begin(Turns<String> turns, int uid, String name) throws FsException {
    return turns.begin(uid, request(name, 100));
  }

  private String end(int uid) {
    Turn<String> next = turns.end(uid);
    return next == null ? "nothing" : next.request();
  }

  @Test
  void oneUserHasHalfOfTheThreads() throws FsException {
    for (int i = 0; i < 4; i++) {
      assertThat(begin(turns, ALICE, "a" + i)).isTrue();
    }
    assertThat(begin(turns, ALICE, "waits")).isFalse();
    assertThat(begin(turns, BOB, "b")).isTrue();
    assertThat(turns.postponed()).isEqualTo(1);
  }

  @Test
  void aThreadIsAlwaysLeft() throws FsException {
    int running = 0;
    for (int uid = 0; uid < 100; uid++) {
      for (int i = 0; i < 10; i++) {
        running += begin(turns, uid, "") ? 1 : 0;
      }
    }
    assertThat(running).isEqualTo(7);
  }

  @Test
  void rootIsAUserLikeOthers() throws FsException {
    for (int i = 0; i < 4; i++) {
      assertThat(begin(turns, 0, "")).isTrue();
    }
    assertThat(begin(turns, 0, "")).isFalse();
  }

  @Test
  void whatWaitsComesInItsOrder() throws FsException {
    for (int i = 0; i < 4; i++) {
      begin(turns, ALICE, "");
    }
    begin(turns, ALICE, "first");
    begin(turns, ALICE, "second");

    assertThat(end(ALICE)).isEqualTo("first");
    assertThat(end(ALICE)).isEqualTo("second");
    assertThat(end(ALICE)).isEqualTo("nothing");
  }

  @Test
  void nobodyOvertakesItself() throws FsException {
    for (int i = 0; i < 4; i++) {
      begin(turns, ALICE, "");
    }
    begin(turns, BOB, "");
    begin(turns, BOB, "");
    assertThat(begin(turns, ALICE, "first")).isFalse();
    end(BOB);
    end(BOB);

    assertThat(begin(turns, ALICE, "second")).isFalse();
    assertThat(end(ALICE)).isEqualTo("first");
  }

  @Test
  void usersTakeTurns() throws FsException {
    Turns<String> one = new Turns<>(1);
    assertThat(begin(one, ALICE, "running")).isTrue();
    for (int i = 0; i < 3; i++) {
      assertThat(begin(one, ALICE, "a" + i)).isFalse();
    }
    begin(one, BOB, "b0");
    begin(one, BOB, "b1");
    begin(one, CAROL, "c0");

    List<String> served = new ArrayList<>();
    for (Turn<String> next = one.end(ALICE); next != null; next = one.end(next.uid())) {
      served.add(next.request());
    }

    assertThat(served).containsExactly("a0", "b0", "c0", "a1", "b1", "a2");
    assertThat(one.postponed()).isZero();
    assertThat(begin(one, BOB, "again")).isTrue();
  }

  @Test
  void whatWaitsTakesNoMoreMemoryThanThereIs() throws FsException {
    for (int i = 0; i < 4; i++) {
      begin(turns, ALICE, "");
    }
    Turns.Request<String> large = request("large", 1 << 20);
    int kept = 0;
    @Nullable Errno refusal = null;
    while (refusal == null && kept < 100) {
      try {
        assertThat(turns.begin(ALICE, large)).isFalse();
        kept++;
      } catch (FsException e) {
        refusal = e.errno();
      }
    }
    assertThat(refusal).isEqualTo(Errno.ENOMEM);
    assertThat(kept).isEqualTo(5);
    assertThat(turns.postponed()).isEqualTo(5);

    assertThat(end(ALICE)).isEqualTo("large");
    assertThat(turns.begin(ALICE, large)).isFalse();
    assertThat(errnoOf(() -> turns.begin(ALICE, large))).isEqualTo(Errno.ENOMEM);
  }

  /** Whoever could be served and is not would wait for somebody else to be done. */
  @Test
  void whoHasTheFewestThreadsComesFirst() throws FsException {
    for (int i = 0; i < 4; i++) {
      assertThat(begin(turns, CAROL, "")).isTrue();
    }
    assertThat(begin(turns, ALICE, "")).isTrue();
    assertThat(begin(turns, BOB, "")).isTrue();
    assertThat(begin(turns, ALICE, "second of alice")).isFalse();
    assertThat(begin(turns, BOB, "second of bob")).isFalse();

    assertThat(end(BOB)).isEqualTo("second of bob");
    assertThat(end(BOB)).isEqualTo("second of alice");
  }

  /** With random numbers of requests of random users nobody waits who could be served. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void nobodyWaitsForNothing(long seed) throws FsException {
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      int threads = 1 + random.nextInt(9);
      FairShare fair = new FairShare(threads, 1);
      Turns<String> some = new Turns<>(threads);
      List<Integer> running = new ArrayList<>();
      List<Integer> waiting = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        int uid = random.nextInt(4);
        if (running.isEmpty() || random.nextBoolean()) {
          (begin(some, uid, "") ? running : waiting).add(uid);
        } else {
          int ended = running.remove(random.nextInt(running.size()));
          Turn<String> next = some.end(ended);
          if (next != null) {
            running.add(next.uid());
            waiting.remove((Integer) next.uid());
          }
        }
        running.forEach(each -> fair.take(each, true, 1));
        for (int each : waiting) {
          assertThat(fair.take(each, false, 1))
              .as("seed %d: %s, %s", seed, running, waiting)
              .isFalse();
        }
        running.forEach(each -> fair.giveBack(each, 1));
      }
    }
  }

  @Test
  void whatCannotBeKeptTakesNothing() throws FsException {
    for (int i = 0; i < 4; i++) {
      begin(turns, ALICE, "");
    }
    Turns.Request<String> broken =
        new Turns.Request<>() {
          @Override
          public int bytes() {
            return 5 << 20;
          }

          @Override
          public String copy() {
            throw new IllegalStateException("no room");
          }
        };
    for (int i = 0; i < 10; i++) {
      assertThatThrownBy(() -> turns.begin(ALICE, broken)).hasMessage("no room");
    }
    assertThat(begin(turns, ALICE, "kept")).isFalse();
    assertThat(turns.postponed()).isEqualTo(1);
  }

  @Test
  void aMountOfOneThreadServesAll() throws FsException {
    Turns<String> one = new Turns<>(1);
    for (int uid = 0; uid < 3; uid++) {
      assertThat(begin(one, uid, "")).isTrue();
      assertThat(one.end(uid)).isNull();
    }
  }
}
