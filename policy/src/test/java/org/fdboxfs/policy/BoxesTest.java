package org.fdboxfs.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.fake.Refusals.errnoOf;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.fdboxfs.fake.FakeDescriptor;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FsException;
import org.fdboxfs.policy.ExtendedAttributes.SetMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BoxesTest {
  private final Rig rig =
      Rig.withPolicy(
          "rules: [ { id: keep, match: { entry: kept }, when: \"operation == 'remove'\", deny:"
              + " EACCES } ]\n");
  private final Boxes boxes = rig.guard.boxes();

  BoxesTest() throws FsException {}

  @AfterEach
  void nothingLeaks() {
    rig.assertNothingHeld();
  }

  private String names() {
    return boxes.all().stream().map(Boxes.View::name).sorted().toList().toString();
  }

  private void seal() throws FsException {
    rig.guard
        .attributes()
        .set(
            "/box",
            ExtendedAttributes.STATE,
            "sealed".getBytes(StandardCharsets.UTF_8),
            SetMode.ANY,
            rig.alice);
  }

  @Test
  void aBoxIsFoundByItsNameAndByWhatItIs() throws FsException {
    rig.mkdir("/other", 0700, rig.bob);
    rig.mkdir("/box/directory", 0700, rig.alice);

    assertThat(boxes.all()).extracting(Boxes.View::name).containsExactlyInAnyOrder("box", "other");
    Boxes.View box = boxes.named("box").orElseThrow();
    assertThat(boxes.at(box.inode())).contains(box);
    assertThat(boxes.named("no")).isEmpty();
    assertThat(boxes.at(1)).as("the root is no box").isEmpty();
  }

  @Test
  void everyChangeOfBoxesIsTold() throws FsException {
    List<String> told = new ArrayList<>();
    boxes.onChange(() -> told.add(names()));

    rig.mkdir("/a", 0700, rig.alice);
    rig.mkdir("/a/below", 0700, rig.alice);
    rig.guard.namespace().rename("/a", "/b", false, rig.alice);
    boxes.remove("b", rig.alice);
    rig.guard.namespace().rmdir("/box", rig.alice);

    assertThat(told).containsExactly("[a, box]", "[b, box]", "[box]", "[]");
  }

  @Test
  void aBoxGoesWithAllThatIsInItAndWithItsSeal() throws FsException {
    rig.mkdir("/box/a", 0700, rig.alice);
    rig.mkdir("/box/a/b", 0700, rig.alice);
    FakeDescriptor deep = rig.put("/box/a/b/ram", FdKind.MEMFD, rig.alice);
    FakeDescriptor held = rig.put("/box/held", FdKind.MEMFD, rig.alice);
    Lease lease = rig.guard.claims().open("/box/held", Access.READ, rig.alice);
    rig.guard
        .attributes()
        .set(
            "/box",
            ExtendedAttributes.STATE,
            "sealed-force".getBytes(StandardCharsets.UTF_8),
            SetMode.ANY,
            rig.alice);

    boxes.remove("box", rig.alice);

    assertThat(boxes.all()).isEmpty();
    assertThat(deep.users()).isZero();
    assertThat(held.users()).as("the handle's").isEqualTo(1);
    rig.guard.claims().release(lease);
    assertThat(rig.registry.nodes()).isEqualTo(1);
  }

  @Test
  void whatMayNotBeLetGoKeepsAllAndTheSeal() throws FsException {
    rig.put("/box/a", FdKind.MEMFD, rig.alice);
    rig.put("/box/kept", FdKind.MEMFD, rig.alice);
    seal();

    assertThat(errnoOf(() -> boxes.remove("box", rig.alice))).isEqualTo(Errno.EACCES);
    assertThat(errnoOf(() -> boxes.remove("no", rig.alice))).isEqualTo(Errno.ENOENT);

    assertThat(boxes.named("box").orElseThrow().sealed()).isTrue();
    assertThat(rig.registry.entries()).isEqualTo(2);
  }
}
