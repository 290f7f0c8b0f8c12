package org.fdboxfs.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Several who want the same at once. */
interface ChardevRaceContract extends ChardevSubject {
  @Test
  default void ofTwoWhoGetOneHasIt(TestBox box) {
    OtherProcess process = box.process();
    long node = nodes().open(process, box);
    process.run("fdbox_put", node, process.memfd("x"), "ram");

    List<Long> counts =
        process.numbers("fdbox_race", nodes().directory(box), "ram", box.name(), turns());

    assertThat(counts.get(0)).isPositive();
    assertThat(counts.get(1)).as("another errno than ENOENT").isZero();
    process.run("fdbox_get", node, "ram");
  }

  @Test
  default void ofTwoWhoCreateOneHasMade(TestBox box) {
    OtherProcess process = box.process();
    box.boxBeside("-raced");

    List<Long> counts =
        process.numbers("fdbox_race", nodes().directory(box), box.name() + "-raced", "", turns());

    assertThat(counts.get(0)).isPositive();
    assertThat(counts.get(1)).as("another errno than EEXIST").isZero();
  }
}
