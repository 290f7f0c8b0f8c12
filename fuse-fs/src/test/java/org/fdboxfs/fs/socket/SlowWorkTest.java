package org.fdboxfs.fs.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fdboxfs.fake.Refusals.errnoOf;

import java.util.concurrent.atomic.AtomicInteger;
import org.fdboxfs.fake.FakeProcesses;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FsException;
import org.junit.jupiter.api.Test;

class SlowWorkTest {
  private static final int MOST_OF_ONE_USER = 4;

  private final FakeProcesses processes = new FakeProcesses();
  private final Caller alice = processes.caller(1000, 1000, 100);
  private final AtomicInteger started = new AtomicInteger();
  private final SlowWork slow = new SlowWork(started::incrementAndGet);

  /** Runs a step inside as many others of a user. */
  private String inside(int others, Caller caller, SlowWork.Step<String> innermost)
      throws FsException {
    return others == 0
        ? innermost.run()
        : slow.run(caller, () -> inside(others - 1, caller, innermost));
  }

  @Test
  void anotherThreadServesMeanwhileAndOneEndsAfterwards() throws FsException {
    assertThat(slow.run(alice, () -> "result of " + started)).isEqualTo("result of 1");

    assertThat(slow.isSurplus()).isTrue();
    assertThat(slow.isSurplus()).isFalse();
  }

  @Test
  void aThreadThatIsLeftOverIsUsedInPlaceOfANewOne() throws FsException {
    slow.run(alice, () -> "");
    slow.run(alice, () -> "");

    assertThat(started).hasValue(1);
  }

  @Test
  void oneUserHasFewAtATime() throws FsException {
    Errno refused =
        slow.run(alice, () -> errnoOf(() -> inside(MOST_OF_ONE_USER, alice, () -> "one more")));

    assertThat(refused).isEqualTo(Errno.EAGAIN);
    assertThat(inside(MOST_OF_ONE_USER, alice, () -> "done")).isEqualTo("done");
  }

  @Test
  void manyUsersLeaveSomethingToOneMore() throws FsException {
    assertThat(manyUsers(0)).isEqualTo("done");
  }

  private String manyUsers(int user) throws FsException {
    Caller caller = processes.caller(2000 + user, 2000, 200 + user);
    if (user == 10) {
      return slow.run(caller, () -> "done");
    }
    try {
      return inside(MOST_OF_ONE_USER, caller, () -> manyUsers(user + 1));
    } catch (FsException e) { // this one has all that it gets
      return slow.run(caller, () -> manyUsers(user + 1));
    }
  }

  @Test
  void whatCannotBeReplacedCountsNoLonger() throws FsException {
    AtomicInteger failures = new AtomicInteger(100);
    SlowWork failing =
        new SlowWork(
            () -> {
              if (failures.getAndDecrement() > 0) {
                throw new OutOfMemoryError("unable to create native thread: on purpose");
              }
            });

    for (int i = 0; i < 100; i++) {
      assertThatThrownBy(() -> failing.run(alice, () -> "")).isInstanceOf(OutOfMemoryError.class);
    }

    assertThat(failing.run(alice, () -> "done")).isEqualTo("done");
  }
}
