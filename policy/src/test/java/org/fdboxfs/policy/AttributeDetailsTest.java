package org.fdboxfs.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.fdboxfs.fake.FakeDescriptor;
import org.fdboxfs.fake.FakeProcesses;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.Attributes;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.DescriptorSource.Offer;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FsException;
import org.fdboxfs.model.Timestamp;
import org.fdboxfs.policy.rule.Limits;
import org.fdboxfs.registry.Registry;
import org.junit.jupiter.api.Test;

/** What POSIX says of attributes beside the operation that was asked for. */
class AttributeDetailsTest {
  private final FakeProcesses processes = new FakeProcesses();
  private final Caller root = processes.caller(0, 0, 1);
  private final Caller user = processes.caller(1000, 1000, 2);
  private Instant now = Instant.EPOCH;
  private final Guard guard =
      new Guard(new Registry(() -> now, 0, 0), PolicySettings.DEFAULT, Limits.ofDescriptors(100));

  AttributeDetailsTest() throws FsException {
    guard.namespace().mkdir("/box", 0755, root);
  }

  @Test
  void aWriteByAUserClearsWhatSetsIds() throws FsException {
    assertThat(modeAfterWrite("a", 06777, user)).isEqualTo(0777);
    assertThat(modeAfterWrite("b", 02767, user)).as("no group execution").isEqualTo(02767);
    assertThat(modeAfterWrite("c", 06777, root)).isEqualTo(06777);
  }

  private int modeAfterWrite(String name, int mode, Caller caller) throws FsException {
    Offer offer = new Offer(new FakeDescriptor(FdKind.MEMFD), false);
    Lease lease = guard.puts().create("/box/" + name, mode, Access.WRITE, root, offer);
    guard.metadata().dropSetIds(lease, caller);
    guard.claims().release(lease);
    return stat("/box/" + name).mode();
  }

  @Test
  void listingADirectoryIsReadingIt() throws FsException {
    Target open = guard.namespace().openDirectory("/box");
    now = Instant.ofEpochSecond(5);
    guard.namespace().list(open);
    assertThat(stat("/box").accessed()).isEqualTo(new Timestamp(5, 0));
  }

  @Test
  void anOpenDirectoryOutlivesItsName() throws FsException {
    Target open = guard.namespace().openDirectory("/box");
    guard.namespace().mkdir("/box/below", 0755, root);
    guard.namespace().rename("/box", "/crate", false, root);
    assertThat(guard.namespace().list(open).size()).isEqualTo(1);

    guard.namespace().rmdir("/crate/below", root);
    guard.namespace().rmdir("/crate", root);
    assertThat(guard.namespace().list(open).size()).isZero();
    assertThat(guard.metadata().attributes(open).links()).isZero();
  }

  @Test
  void aChangeOfNothingMovesTheTimeOfChange() throws FsException {
    now = Instant.ofEpochSecond(5);
    guard.metadata().setattr(Target.at("/box"), AttributeChange.NONE, user);
    assertThat(stat("/box").changed()).isEqualTo(new Timestamp(5, 0));
    assertThat(stat("/box").modified()).isEqualTo(new Timestamp(0, 0));
  }

  @Test
  void aNameThatNothingCanHaveIsTooLongRatherThanMissing() {
    assertThatThrownBy(() -> stat("/box/" + "n".repeat(256))).hasMessageContaining("255");
    assertThatThrownBy(() -> stat("/box/" + "n".repeat(255))).hasMessageContaining("no such");
  }

  private Attributes stat(String path) throws FsException {
    return guard.metadata().attributes(Target.at(path));
  }
}
