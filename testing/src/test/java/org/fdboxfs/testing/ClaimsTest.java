package org.fdboxfs.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.testing.OtherProcess.NONE;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How often an entry opens, who counts, and when a claim ends. */
@Mounted
class ClaimsTest {
  private static final String ONE_AT_A_TIME =
      "version: 1\nrules: [ { id: one, match: { entry: \"one*\" }, opens: 1 } ]\n";

  private static String putOne(TestBox box, OtherProcess process) throws IOException {
    box.policy(ONE_AT_A_TIME);
    process.put(process.memfd("x"), box.path("one"));
    return box.path("one");
  }

  @Test
  void aSecondOpenOfASingleOpenEntryIsRefusedWithEbusy(TestBox box) throws IOException {
    OtherProcess first = box.process();
    String path = putOne(box, first);
    long handle = first.open(path, "O_RDWR");

    assertThat(box.process().tryOpen(path, "O_RDONLY")).isEqualTo("EBUSY");
    assertThat(first.tryOpen(path, "O_RDONLY")).as("by the same process").isEqualTo("EBUSY");
    first.close(handle);
    assertThat(box.process().tryOpen(path, "O_RDONLY")).isEqualTo(NONE);
  }

  @Test
  void aKilledClaimantFreesTheEntry(TestBox box) throws IOException {
    OtherProcess first = box.process();
    String path = putOne(box, first);
    OtherProcess claimant = box.process();
    claimant.open(path, "O_RDWR");
    assertThat(first.tryOpen(path, "O_RDWR")).isEqualTo("EBUSY");

    claimant.close();

    assertThat(first.tryOpen(path, "O_RDWR")).isEqualTo(NONE);
  }

  @Test
  void aDuplicateKeepsTheClaimUntilTheLastIsClosed(TestBox box) throws IOException {
    OtherProcess first = box.process();
    String path = putOne(box, first);
    long handle = first.open(path, "O_RDWR");
    long duplicate = first.run("dup", handle);
    first.close(handle);
    assertThat(first.tryOpen(path, "O_RDWR")).isEqualTo("EBUSY");

    first.close(duplicate);

    assertThat(first.tryOpen(path, "O_RDWR")).isEqualTo(NONE);
  }

  @Test
  void anInheritedHandleKeepsTheClaim(TestBox box) throws IOException {
    OtherProcess parent = box.process();
    String path = putOne(box, parent);
    long handle = parent.open(path, "O_RDWR");
    long child = parent.run("child");
    parent.close(handle);
    assertThat(parent.tryOpen(path, "O_RDWR")).isEqualTo("EBUSY");

    parent.run("kill", child, "SIGKILL");
    parent.text("wait", child, 10_000);

    assertThat(parent.tryOpen(path, "O_RDWR")).isEqualTo(NONE);
  }

  @Test
  void closeThenOpenNeverFails(TestBox box) throws IOException {
    OtherProcess process = box.process();
    String path = putOne(box, process);

    assertThat(process.run("reopen", path, 20_000)).as("opens that failed").isZero();
  }

  @Test
  void closeThenOpenOfAHandleKindNeverFails(TestBox box) throws IOException {
    OtherProcess process = box.process();
    box.policy(ONE_AT_A_TIME);
    process.put(process.run("pidfd"), box.path("one"));

    assertThat(process.run("reopen", box.path("one"), 5_000)).as("opens that failed").isZero();
  }

  @Test
  void aNewEntryIsClaimedByWhoMakesIt(TestBox box) throws IOException {
    box.policy(ONE_AT_A_TIME);
    OtherProcess process = box.process();
    long handle = process.run("open", box.path("one"), "O_CREAT|O_RDWR");

    assertThat(process.tryOpen(box.path("one"), "O_RDWR")).isEqualTo("EBUSY");
    process.close(handle);
    assertThat(process.tryOpen(box.path("one"), "O_RDWR")).isEqualTo(NONE);
  }

  @Test
  void neverMoreThanOneHoldsASingleOpenEntry(TestBox box) throws IOException {
    OtherProcess process = box.process();
    String path = putOne(box, process);

    List<Long> counts = process.numbers("fight", path, 4, 4_000);

    assertThat(counts.get(0)).as("granted").isPositive();
    assertThat(counts.get(0) + counts.get(1)).as("granted or EBUSY").isEqualTo(16_000);
    assertThat(counts.get(2)).as("other errors").isZero();
    assertThat(counts.get(3)).as("two holders at a time").isZero();
    assertThat(process.tryOpen(path, "O_RDWR")).isEqualTo(NONE);
  }

  @Test
  void writersAreLimitedApartFromReaders(TestBox box) throws IOException {
    box.policy("version: 1\nrules: [ { id: w, match: { entry: \"ram\" }, writers: 1 } ]\n");
    OtherProcess process = box.process();
    process.put(process.memfd("x"), box.path("ram"));
    process.open(box.path("ram"), "O_RDONLY");
    process.open(box.path("ram"), "O_RDONLY");
    long writer = process.open(box.path("ram"), "O_WRONLY");

    assertThat(process.tryOpen(box.path("ram"), "O_RDWR")).isEqualTo("EBUSY");
    assertThat(process.tryOpen(box.path("ram"), "O_RDONLY")).isEqualTo(NONE);
    assertThat(box.process().errno("truncate", box.path("ram"), 0))
        .as("a short open for writing")
        .isEqualTo("EBUSY");
    assertThat(process.errno("truncate", box.path("ram"), 0))
        .as("by whom has it open for writing anyway")
        .isEqualTo(NONE);
    process.close(writer);
    assertThat(process.tryOpen(box.path("ram"), "O_RDWR")).isEqualTo(NONE);
  }

  @Test
  void anExclusiveRuleOutlivesARename(TestBox box) throws IOException {
    OtherProcess process = box.process();
    String path = putOne(box, process);
    process.open(path, "O_RDWR");
    process.run("rename", path, box.path("one-moved"));

    assertThat(process.tryOpen(box.path("one-moved"), "O_RDWR")).isEqualTo("EBUSY");
  }

  @Test
  void claimsAndTheirHoldersAreShown(TestBox box) {
    OtherProcess owner = box.process();
    owner.put(owner.memfd("12345"), box.path("ram"));
    OtherProcess reader = box.process();
    reader.open(box.path("ram"), "O_RDONLY");
    OtherProcess writer = box.process();
    writer.open(box.path("ram"), "O_RDWR");

    assertThat(owner.xattr(box.path("ram"), "user.fdbox.claims")).isEqualTo("2");
    JsonObject entry = StatusFile.entry(box, "ram");
    assertThat(entry.get("kind").getAsString()).isEqualTo("memfd");
    assertThat(entry.get("size").getAsLong()).isEqualTo(5);
    assertThat(entry.get("claims").getAsInt()).isEqualTo(2);
    assertThat(entry.get("writers").getAsInt()).isEqualTo(1);
    assertThat(
            entry.getAsJsonArray("claimants").asList().stream()
                .map(each -> each.getAsJsonObject().get("pid").getAsLong()))
        .containsExactlyInAnyOrder(reader.pid(), writer.pid());
  }

  @Test
  void aClaimOfAThreadIsThatOfItsProcess(TestBox box) {
    OtherProcess process = box.process();
    process.put(process.memfd("x"), box.path("ram"));

    process.run("thread", "open", box.path("ram"), "O_RDWR");

    assertThat(
            StatusFile.entry(box, "ram")
                .getAsJsonArray("claimants")
                .get(0)
                .getAsJsonObject()
                .get("pid")
                .getAsLong())
        .isEqualTo(process.pid());
  }

  @Test
  void handlesAreClaimsAndNothingElse(TestBox box) throws IOException {
    OtherProcess process = box.process();
    box.policy("version: 1\nrules: [ { id: one, match: { kind: pidfd }, opens: 1 } ]\n");
    process.put(process.run("pidfd"), box.path("process"));
    process.put(process.open("/proc/self/ns/net", "O_RDONLY"), box.path("net"));
    long handle = process.open(box.path("process"), "O_RDWR");
    long namespace = process.open(box.path("net"), "O_RDONLY");

    assertThat(process.errno("read", handle, 10)).isEqualTo("EINVAL");
    assertThat(process.errno("write", handle, "x")).isEqualTo("EINVAL");
    assertThat(process.errno("read", namespace, 10)).isEqualTo("EINVAL");
    assertThat(process.errno("truncate", box.path("process"), 10)).isEqualTo("EINVAL");
    assertThat(process.errno("map", handle, 4096, "PROT_READ", "MAP_SHARED"))
        .isIn("ENODEV", "EINVAL");
    assertThat(process.tryOpen(box.path("process"), "O_RDONLY")).isEqualTo("EBUSY");
    assertThat(process.fstat(handle).size()).isZero();
  }

  @Test
  void aNamespaceThatIsReadOnlyIsNotClaimedForWriting(TestBox box) {
    OtherProcess process = box.process();
    process.put(process.open("/proc/self/ns/net", "O_RDONLY"), box.path("net"));

    assertThat(process.tryOpen(box.path("net"), "O_RDWR")).isEqualTo("EACCES");
  }
}
