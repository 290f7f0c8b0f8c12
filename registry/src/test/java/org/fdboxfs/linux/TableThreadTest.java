package org.fdboxfs.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FsException;
import org.junit.jupiter.api.Test;

class TableThreadTest {
  @Test
  void runsTasksInOneThreadOfItsOwn() throws FsException {
    TableThread thread = TableThread.start("test", TableThread.NOTHING);
    assertThat(thread.call(Tasks::threadId)).isEqualTo(thread.id());
    assertThat(thread.call(Tasks::threadId)).isEqualTo(thread.id());
    assertThat(thread.id()).isNotEqualTo(Tasks.threadId());
    thread.end();
    TableProbe.await("end", () -> !Files.exists(Path.of("/proc/self/task/" + thread.id())));
  }

  @Test
  void whoWaitsGetsTheRefusal() throws FsException {
    TableThread thread = TableThread.start("test", TableThread.NOTHING);
    FsException refusal = new FsException(Errno.EMFILE, "test");
    assertThatThrownBy(
            () ->
                thread.call(
                    () -> {
                      throw refusal;
                    }))
        .isSameAs(refusal);
    thread.end();
  }

  @Test
  void aFailingTaskDoesNotEndTheThread() throws FsException {
    TableThread thread = TableThread.start("test", TableThread.NOTHING);
    assertThatThrownBy(
            () ->
                thread.call(
                    () -> {
                      throw new StackOverflowError("test");
                    }))
        .isInstanceOfSatisfying(FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EIO));
    thread.post(
        () -> {
          throw new IllegalStateException("test");
        });
    assertThat(thread.call(() -> 7)).isEqualTo(7);
    thread.end();
  }

  @Test
  void aThreadThatCannotBeginIsNotStarted() {
    FsException refusal = new FsException(Errno.EPERM, "test");
    assertThatThrownBy(
            () ->
                TableThread.start(
                    "test",
                    () -> {
                      throw refusal;
                    }))
        .isSameAs(refusal);
  }

  @Test
  void anInterruptDoesNotCutTheWait() throws FsException {
    TableThread thread = TableThread.start("test", TableThread.NOTHING);
    Thread.currentThread().interrupt();
    assertThat(thread.call(() -> 7)).isEqualTo(7);
    assertThat(Thread.interrupted()).isTrue();
    thread.end();
  }
}
