package org.fdboxfs.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Memory that the kernel reaches by itself. */
@Tag("kernel")
@Mounted
class PassthroughMemoryTest extends MemoryContract {
  @Test
  void theStatusSaysThatPassthroughIsOn(TestBox box) {
    assertThat(box.mount().status().getAsJsonObject("features").get("passthrough").getAsBoolean())
        .isTrue();
  }

  @Test
  void sharedMappingsAreCoherentWithEveryOtherHolder(TestBox box) {
    OtherProcess holder = box.process();
    long fd = holder.memfd("x".repeat(8192));
    holder.put(fd, box.path("ram"));
    long held = holder.run("map", fd, 8192, "PROT_READ|PROT_WRITE", "MAP_SHARED");
    OtherProcess user = box.process();
    long handle = user.open(box.path("ram"), "O_RDWR");
    long mapped = user.run("map", handle, 8192, "PROT_READ|PROT_WRITE", "MAP_SHARED");

    for (int value = 1; value < 50; value++) {
      holder.run("poke", held + 4096 + value, value);
      assertThat(user.run("peek", mapped + 4096 + value)).isEqualTo(value);
      user.run("poke", mapped + value, 200 + value);
      assertThat(holder.run("peek", held + value)).isEqualTo(200 + value);
    }
    user.run("write", handle, "W", 7);
    assertThat(holder.run("peek", held + 7)).isEqualTo('W');
  }

  @Test
  void aMappingOutlivesItsHandleAndItsName(TestBox box) {
    OtherProcess process = box.process();
    long fd = process.memfd("x".repeat(4096));
    process.put(fd, box.path("ram"));
    long handle = process.open(box.path("ram"), "O_RDWR");
    long mapped = process.run("map", handle, 4096, "PROT_READ|PROT_WRITE", "MAP_SHARED");
    process.close(handle);
    process.run("unlink", box.path("ram"));

    process.run("poke", mapped, (int) 'y');

    assertThat(process.text("read", fd, 2, 0)).isEqualTo("yx");
    process.run("unmap", mapped, 4096);
  }

  /** The kernel maps the memory itself then, and keeps no reference to the handle. */
  @Test
  void aClaimEndsWithItsHandleAlsoWhenAMappingIsLeft(TestBox box) {
    OtherProcess process = box.process();
    process.put(process.memfd("x".repeat(4096)), box.path("ram"));
    long handle = process.open(box.path("ram"), "O_RDWR");
    long mapped = process.run("map", handle, 4096, "PROT_READ", "MAP_SHARED");
    assertThat(process.xattr(box.path("ram"), "user.fdbox.claims")).isEqualTo("1");

    process.close(handle);

    Await.until(
        "the claim ends with the handle",
        () -> process.xattr(box.path("ram"), "user.fdbox.claims").equals("0"));
    assertThat(process.run("peek", mapped)).isEqualTo('x');
  }

  @Test
  void aReadOnlyHandleIsMappedForReadingOnly(TestBox box) {
    OtherProcess process = box.process();
    process.put(process.memfd("x".repeat(4096)), box.path("ram"));
    long handle = process.open(box.path("ram"), "O_RDONLY");

    long mapped = process.run("map", handle, 4096, "PROT_READ", "MAP_SHARED");
    assertThat(process.run("peek", mapped)).isEqualTo('x');
    assertThat(process.errno("map", handle, 4096, "PROT_WRITE", "MAP_SHARED")).isEqualTo("EACCES");
  }

  @Test
  void bytesMappedBeyondTheEndAreThoseThatTheBareMemoryShows(TestBox box) {
    OtherProcess process = box.process();
    process.put(process.memfd("abc"), box.path("ram"));

    String seen = grownOverMappedBytes(process, process.open(box.path("ram"), "O_RDWR"));

    assertThat(seen).isEqualTo(grownOverMappedBytes(process, process.memfd("abc")));
  }

  private static String grownOverMappedBytes(OtherProcess process, long fd) {
    long mapped = process.run("map", fd, 4096, "PROT_READ|PROT_WRITE", "MAP_SHARED");
    process.run("poke", mapped + 100, (int) 'z');
    process.run("ftruncate", fd, 50);
    process.run("ftruncate", fd, 200);
    process.run("ftruncate", fd, 90);
    process.run("ftruncate", fd, 300);
    return process.text("read", fd, 400, 0);
  }

  @Test
  void entriesCopyToEachOtherInTheKernel(TestBox box) {
    OtherProcess process = box.process();
    process.put(process.memfd("to be copied"), box.path("from"));
    long from = process.open(box.path("from"), "O_RDONLY");
    long to = process.run("open", box.path("to"), "O_CREAT|O_RDWR");

    assertThat(process.run("copy", from, to, 100)).isEqualTo(12);

    assertThat(process.content(box.path("to"))).isEqualTo("to be copied");
  }

  @Test
  void mixedOpensByPathAndByCreateShareOneBacking(TestBox box) {
    OtherProcess process = box.process();
    long created = process.run("open", box.path("new"), "O_CREAT|O_RDWR");
    long opened = process.open(box.path("new"), "O_RDWR");
    process.run("write", created, "one", 0);
    process.close(created);
    long again = process.open(box.path("new"), "O_RDONLY");

    assertThat(process.text("read", opened, 10, 0)).isEqualTo("one");
    assertThat(process.text("read", again, 10, 0)).isEqualTo("one");
  }

  @Test
  void memoryIsFreedWithItsLastHolder(TestBox box) {
    OtherProcess process = box.process();
    long before = sharedMebibytes();
    for (String gone : new String[] {"unlinked", "replaced", "unlinked while open"}) {
      String path = box.path(gone);
      long handle = process.run("open", path, "O_CREAT|O_RDWR");
      process.run("fallocate", handle, 0, 0, 256 << 20);
      assertThat(sharedMebibytes()).as(gone).isGreaterThan(before + 150);
      if (gone.equals("unlinked while open")) {
        process.run("unlink", path);
        process.close(handle);
      } else {
        process.close(handle);
        process.close(process.open(path, "O_RDONLY"));
      }
      if (gone.equals("unlinked")) {
        process.run("unlink", path);
      } else if (gone.equals("replaced")) {
        process.close(process.run("open", box.path("small"), "O_CREAT|O_RDWR"));
        process.run("rename", box.path("small"), path);
      }
      Await.until(
          () -> gone + " memory is free: " + before + " MiB before, now " + sharedMebibytes(),
          () -> sharedMebibytes() < before + 100);
    }
  }

  private static long sharedMebibytes() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/meminfo"))) {
      return lines
              .filter(line -> line.startsWith("Shmem:"))
              .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
              .findFirst()
              .orElseThrow()
          / 1024;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
