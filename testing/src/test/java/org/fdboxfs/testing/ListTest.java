package org.fdboxfs.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.testing.OtherProcess.NONE;

import org.fdboxfs.testing.Exchange.Reply;
import org.junit.jupiter.api.Test;

/** What a connection is told of directories. */
@Mounted
class ListTest {
  private static Reply list(Exchange exchange, String directory) {
    return exchange.ask("FDLIST=1\n" + Exchange.named(directory));
  }

  @Test
  void theRootListsBoxes(TestBox box) {
    OtherProcess process = box.process(1000, 1000);
    process.run("mkdir", box.boxBeside("-beside"), "0700");

    Reply reply = Exchange.of(box.process(1001, 1001), box).ask("FDLIST=1");

    assertThat(reply.names()).contains(box.name() + "/", box.name() + "-beside/");
    assertThat(reply.lines()).noneMatch(line -> line.contains(".fdbox"));
    assertThat(reply.lines()).noneMatch(line -> line.startsWith("FDKIND="));
  }

  @Test
  void aDirectoryListsEntriesWithTheirKindsAndDirectories(TestBox box) {
    OtherProcess process = box.process();
    process.put(process.memfd(""), box.path("a"));
    process.run("mkdir", box.path("d"));
    process.put(process.run("eventfd", 0), box.path("d/b"));
    Exchange exchange = Exchange.of(process, box);
    String name = box.name();

    assertThat(list(exchange, name).lines())
        .containsSubsequence("FDNAME=" + name + "/a", "FDKIND=memfd")
        .contains("FDNAME=" + name + "/d/")
        .hasSize(3);
    assertThat(list(exchange, name + "/d").lines())
        .containsExactly("FDNAME=" + name + "/d/b", "FDKIND=eventfd");
    assertThat(list(exchange, name + "/d/").lines())
        .as("with a slash, as it was listed")
        .isEqualTo(list(exchange, name + "/d").lines());
    process.run("mkdir", box.path("empty"));
    assertThat(list(exchange, name + "/empty").lines()).isEmpty();
  }

  @Test
  void whatIsListedCanBeTaken(TestBox box) {
    OtherProcess process = box.process();
    process.put(process.memfd(""), box.path("\u00fc ="));
    process.put(process.memfd(""), box.path("ram"));
    Exchange exchange = Exchange.of(process, box);

    Reply listed = list(exchange, box.name());

    assertThat(exchange.takeNamed(listed.names().toArray(String[]::new)).fds()).hasSize(2);
  }

  @Test
  void aNameWithANewlineCannotBeSaid(TestBox box) {
    OtherProcess process = box.process();
    process.put(process.memfd(""), box.path("a\nFDNAME=forged"));
    process.run("mkdir", box.path("d\nFDKIND=memfd"));
    process.put(process.memfd(""), box.path("seen"));
    Exchange exchange = Exchange.of(process, box);

    assertThat(list(exchange, box.name()).lines())
        .containsExactly("FDNAME=" + box.name() + "/seen", "FDKIND=memfd");
    Reply taken = exchange.take(process.open(box.path("a\nFDNAME=forged"), "O_RDWR"));
    assertThat(taken.fds()).hasSize(1);
    assertThat(taken.names()).as("one name for one descriptor").hasSize(1);
  }

  @Test
  void itTakesTheRightToList(TestBox box) {
    OtherProcess owner = box.process();
    owner.run("mkdir", box.path("dir"), "0711");
    owner.put(owner.memfd(""), box.path("dir/ram"));
    Exchange exchange = Exchange.of(box.process(1000, 1000), box);
    String dir = box.name() + "/dir";

    assertThat(list(exchange, dir).errno()).as("search only").isEqualTo("EACCES");
    owner.run("chmod", box.path("dir"), "0744");
    assertThat(list(exchange, dir).errno()).as("read only").isEqualTo("EACCES");
    owner.run("chmod", box.path("dir"), "0755");
    assertThat(list(exchange, dir).names()).containsExactly(dir + "/ram");
    owner.run("chmod", box.path(), "0700");
    assertThat(list(exchange, dir).errno()).isEqualTo("EACCES");
    assertThat(list(exchange, box.name() + "/missing").errno()).isEqualTo("EACCES");
    owner.run("chmod", box.path(), "0777");
    assertThat(list(exchange, box.name() + "/missing").errno()).isEqualTo("ENOENT");
  }

  @Test
  void aListThatFitsNoMessageIsRefused(TestBox box) {
    OtherProcess process = box.process();
    process.run("put_many", process.memfd(""), box.path("x".repeat(240)), 270);
    Exchange exchange = Exchange.of(process, box);

    assertThat(list(exchange, box.name()).errno()).isEqualTo("EMSGSIZE");
    for (int i = 100; i < 270; i++) {
      process.run("unlink", box.path("x".repeat(240) + i));
    }
    assertThat(list(exchange, box.name()).names()).hasSize(100);
    assertThat(list(exchange, box.name()).errno()).isEqualTo(NONE);
  }
}
