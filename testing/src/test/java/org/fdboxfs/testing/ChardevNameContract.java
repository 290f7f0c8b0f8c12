package org.fdboxfs.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.testing.Nodes.CREATE;
import static org.fdboxfs.testing.Nodes.DELETE;
import static org.fdboxfs.testing.Nodes.PUT;
import static org.fdboxfs.testing.OtherProcess.NONE;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names that are fine on one side and not on the other. */
interface ChardevNameContract extends ChardevSubject {
  @ParameterizedTest
  @CsvSource({
    "'', EINVAL, EINVAL",
    "., EINVAL, EINVAL",
    ".., EINVAL, EINVAL",
    "a/b, EINVAL, EINVAL",
    "fdbox, EEXIST, none",
    ".fdbox, EEXIST, none",
    "a!b, EINVAL, none",
    "'a ', EINVAL, none",
    "à, EINVAL, none",
    "%FF%FE, EINVAL, EINVAL",
    "%EF%BF%BD, EINVAL, EINVAL",
    "a%0Ab, EINVAL, none",
    "grün, none, none"
  })
  default void namesAreThoseOfFiles(String name, String ofBox, String ofEntry, TestBox box) {
    OtherProcess process = box.process();
    long node = nodes().open(process, box);
    long control = nodes().control(process, box);
    Object word = name.contains("%") ? new Raw(name) : name;

    String created = raw(process, control, CREATE, 0, 0, word);
    assertThat(created).isEqualTo(ofBox);
    assertThat(raw(process, control, DELETE, 0, 0, word))
        .isEqualTo(created.equals(NONE) ? NONE : "ENOENT");
    assertThat(process.errno("fdbox_get", node, word)).isEqualTo("ENOENT");
    assertThat(raw(process, node, PUT, 0, process.memfd(""), word)).isEqualTo(ofEntry);
    assertThat(process.errno("fdbox_get", node, word))
        .isEqualTo(ofEntry.equals(NONE) ? NONE : "ENOENT");
  }

  @Test
  default void whatIsBehindTheEndOfANameDoesNotCount(TestBox box) {
    OtherProcess process = box.process();
    long node = nodes().open(process, box);

    assertThat(raw(process, node, PUT, 0, process.memfd("x"), new Raw("a%00b"))).isEqualTo(NONE);
    assertThat(process.content(box.path("a"))).isEqualTo("x");
    assertThat(raw(process, node, PUT, 0, process.memfd(""), new Raw("a%00c"))).isEqualTo("EEXIST");
    process.run("fdbox_get", node, "a");
  }

  @Test
  default void namesMayHave255Bytes(TestBox box) {
    OtherProcess process = box.process();
    long node = nodes().open(process, box);
    long control = nodes().control(process, box);
    String name = "n".repeat(255);

    process.run("fdbox_create", control, name);
    assertThat(nodes().exists(box, name)).isTrue();
    process.run("fdbox_delete", control, name);
    process.run("fdbox_put", node, process.memfd("x"), name);
    assertThat(process.content(box.path(name))).isEqualTo("x");
    process.run("fdbox_get", node, name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a!b", "blank ", "fdbox"})
  default void aBoxThatCanHaveNoNodeIsOnTheMountOnly(String name, TestBox box) {
    OtherProcess process = box.process();
    String path = box.mount().path() + "/" + name;
    process.run("mkdir", path);
    nodes().awaitNode(box, box.name());
    boolean control = name.equals("fdbox");

    assertThat(nodes().exists(box, name)).isEqualTo(control);
    assertThat(nodes().exists(box, name.strip())).isEqualTo(control);
    process.run("fdbox_delete", nodes().control(process, box), name);
    assertThat(process.errno("stat", path)).as("deleted by its name").isEqualTo("ENOENT");
    assertThat(nodes().exists(box, "fdbox")).isTrue();
  }
}
