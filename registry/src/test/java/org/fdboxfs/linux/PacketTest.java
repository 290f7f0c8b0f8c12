package org.fdboxfs.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.fdboxfs.model.FsException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PacketTest {
  private static final int AF_UNIX = 1;
  private static final int SEQPACKET = 5;

  private final Fds fds = new Fds();
  private final Packet packet = new Packet();

  @AfterEach
  void close() {
    fds.close();
  }

  @Test
  void noneOfTheDescriptorsIsReceivedWhereNoneIsWanted() throws FsException {
    int[] ends = pair();
    int[] sent = fds.pipe();
    assertThat(new Packet().send(ends[0], new byte[] {1}, sent)).isTrue();
    assertThat(packet.receiveWithoutDescriptors(ends[1], false)).isEqualTo(Packet.Received.MESSAGE);
    assertThat(packet.descriptors()).isEmpty();
    assertThat(packet.lacksDescriptors()).isTrue();
  }

  @Test
  void whatIsLookedAtStaysWithItsDescriptors() throws FsException {
    int[] ends = pair();
    assertThat(packet.peekWithoutDescriptors(ends[1])).isEqualTo(Packet.Received.NOTHING);
    new Packet().send(ends[0], new byte[] {1}, fds.pipe());
    new Packet().send(ends[0], new byte[] {2}, new int[0]);

    assertThat(packet.peekWithoutDescriptors(ends[1])).isEqualTo(Packet.Received.MESSAGE);
    assertThat(packet.lacksDescriptors()).isTrue();
    assertThat(packet.receive(ends[1])).isEqualTo(Packet.Received.MESSAGE);
    assertThat(packet.descriptors()).hasSize(2);
    for (int received : packet.descriptors()) {
      fds.own(received);
    }
    assertThat(packet.peekWithoutDescriptors(ends[1])).isEqualTo(Packet.Received.MESSAGE);
    assertThat(packet.lacksDescriptors()).isFalse();
    assertThat(packet.bytes()).containsExactly(2);
  }

  private int[] pair() {
    int[] ends = new int[2];
    MoreC.INSTANCE.socketpair(AF_UNIX, SEQPACKET, 0, ends);
    fds.own(ends[0]);
    fds.own(ends[1]);
    return ends;
  }
}
