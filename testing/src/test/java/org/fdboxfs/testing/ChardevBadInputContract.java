package org.fdboxfs.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.testing.Nodes.CREATE;
import static org.fdboxfs.testing.Nodes.DELETE;
import static org.fdboxfs.testing.Nodes.GET;
import static org.fdboxfs.testing.Nodes.PUT;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What no client of ours would send. */
interface ChardevBadInputContract extends ChardevSubject {
  /** Unknown numbers, and those of commands with another direction or size. */
  List<Long> NO_COMMANDS =
      List.of(
          0x2e06L,
          0x2effL,
          0x5401L,
          0xc0102e00L,
          0x40042e00L,
          0xc1082e00L,
          0x81082e01L,
          0x41092e00L,
          0x41072e00L,
          0x41112e02L,
          0x410f2e02L,
          0xc1102e03L,
          0x81102e03L,
          0x410c2e03L,
          0x41082e04L,
          0x40042e05L,
          0x4fff2e00L,
          0x41082e06L);

  @Test
  default void whatIsNoCommandOfANodeIsEinval(TestBox box) {
    OtherProcess process = box.process();
    long control = nodes().control(process, box);
    long node = nodes().open(process, box);

    long anySize = 0x3fff0000L;
    long toThem = 1L << 30;
    for (long number : NO_COMMANDS) {
      boolean copiesFirst = !nodes().cuse() && (number & toThem) != 0 && (number & anySize) != 0;
      assertThat(process.errno("fdbox_address", control, number, 0))
          .as("%x", number)
          .isEqualTo(copiesFirst ? "EFAULT" : "EINVAL");
      for (long each : List.of(control, node)) {
        assertThat(process.errno("fdbox_bytes", each, number, "x".repeat(4096)))
            .as("%x", number)
            .isEqualTo("EINVAL");
      }
    }
    assertThat(raw(process, control, PUT, 0, 0, "x")).isEqualTo("EINVAL");
    assertThat(raw(process, control, GET, 0, 0, "x")).isEqualTo("EINVAL");
    assertThat(process.errno("fdbox_seal", control)).isEqualTo("EINVAL");
    assertThat(raw(process, node, CREATE, 0, 0, "x")).isEqualTo("EINVAL");
    assertThat(raw(process, node, DELETE, 0, 0, box.name())).isEqualTo("EINVAL");
    assertThat(process.errno("read", node, 10, 0)).isEqualTo("EINVAL");
    assertThat(process.errno("write", node, "x", 0)).isEqualTo("EINVAL");
  }

  @Test
  default void badPointersAreEfault(TestBox box) {
    OtherProcess process = box.process();
    long control = nodes().control(process, box);
    long node = nodes().open(process, box);

    for (long address : List.of(0L, 1L, -4096L, 1L << 62)) {
      assertThat(process.errno("fdbox_address", control, CREATE, address)).isEqualTo("EFAULT");
      assertThat(process.errno("fdbox_address", control, DELETE, address)).isEqualTo("EFAULT");
      assertThat(process.errno("fdbox_address", node, PUT, address)).isEqualTo("EFAULT");
      assertThat(process.errno("fdbox_address", node, GET, address)).isEqualTo("EFAULT");
    }
    assertThat(process.errno("fdbox_bytes", control, nodes().number(CREATE), "x".repeat(263)))
        .as("a struct that ends at the end of what is mapped")
        .isEqualTo("EFAULT");
    assertThat(process.errno("fdbox_bytes", node, nodes().number(PUT), "x".repeat(271)))
        .isEqualTo("EFAULT");
  }

  /** Numbers, flags, descriptors and names by chance; whatever comes of it, it is an errno. */
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  default void nonsenseIsRefused(long seed, TestBox box) {
    OtherProcess process = box.process();
    long control = nodes().control(process, box);
    long node = nodes().open(process, box);
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < turns() * 5; i++) {
      boolean ofControl = random.nextBoolean();
      int command = random.nextInt(CREATE, Nodes.UNSEAL + 1);
      StringBuilder bytes = new StringBuilder();
      int size = random.nextInt(300);
      for (int at = 0; at < size; at++) {
        bytes.append(String.format("%%%02X", random.nextInt(8) == 0 ? 0 : random.nextInt(256)));
      }
      long number =
          random.nextInt(4) == 0 ? random.nextInt() & 0xffffffffL : nodes().number(command);
      String errno =
          process.errno("fdbox_bytes", ofControl ? control : node, number, new Raw(bytes + "%00"));
      assertThat(errno).as("seed %d, turn %d: %x", seed, i, number).isNotEqualTo("EIO");
    }
    assertThat(nodes().exists(box, "fdbox")).isTrue();
    process.errno("fdbox_unseal", node);
  }
}
