package org.fdboxfs.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SupervisedTest {
  private static void fail(Throwable bug) {
    if (bug instanceof Error error) {
      throw error;
    }
    throw (RuntimeException) bug;
  }

  /**
   * Runs what throws each of these, on a thread with a handler; whether the thread came through.
   */
  private static boolean survives(Thread.UncaughtExceptionHandler handler, Throwable... bugs)
      throws InterruptedException {
    List<Boolean> survived = new ArrayList<>();
    Thread thread =
        new Thread(
            () -> {
              for (Throwable bug : bugs) {
                Supervised.run(() -> fail(bug));
              }
              survived.add(true);
            });
    thread.setUncaughtExceptionHandler(handler);
    thread.start();
    thread.join();
    return survived.equals(List.of(true));
  }

  @Test
  void theThreadGoesOnAndItsHandlerIsTold() throws InterruptedException {
    List<Throwable> told = new ArrayList<>();
    Throwable exception = new IllegalStateException("on purpose");
    Throwable error = new OutOfMemoryError("on purpose");

    assertThat(survives((thread, bug) -> told.add(bug), exception, error)).isTrue();

    assertThat(told).containsExactly(exception, error);
  }

  @Test
  void aHandlerThatFailsIsNotTheEndEither() throws InterruptedException {
    Thread.UncaughtExceptionHandler failing =
        (thread, bug) -> {
          throw new OutOfMemoryError("again, on purpose");
        };

    assertThat(survives(failing, new OutOfMemoryError("on purpose"))).isTrue();
  }
}
