package org.fdboxfs.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.fdboxfs.model.FsException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OpenFilesTest {
  private final Fds fds = new Fds();

  @AfterEach
  void closeAll() {
    fds.close();
  }

  @Test
  void theSameOpenFileIsToldFromAnother() throws FsException {
    int fd = fds.memfd();
    assertThat(Tasks.isSameFile(Fds.pid(), fd, Fds.pid(), fds.own(Linux.duplicate(fd)))).isTrue();
    assertThat(Tasks.isSameFile(Fds.pid(), fd, Fds.pid(), fds.memfd())).isFalse();
  }
}
