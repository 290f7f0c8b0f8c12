package org.fdboxfs.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a program finds that has replaced a JVM. */
@SuppressWarnings("NullAway.Init")
class ReplacementTest {
  private record Result(long pid, int status, String output) {}

  @TempDir private Path place;

  private static Result run(int descriptors, String... command) throws Exception {
    List<String> words = new ArrayList<>();
    words.add(System.getProperty("java.home") + "/bin/java");
    words.addAll(
        List.of(
            "-Xrs", "-XX:+DisableAttachMechanism", "-cp", System.getProperty("java.class.path")));
    words.add(ReplacementProbe.class.getName());
    words.add(Integer.toString(descriptors));
    words.addAll(List.of(command));
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Result(process.pid(), process.exitValue(), output);
  }

  private static String shell(int descriptors, String script) throws Exception {
    Result result = run(descriptors, "sh", "-c", script);
    assertThat(result.status()).as(result.output()).isZero();
    return result.output();
  }

  private Path script(String text) throws IOException {
    Path script = Files.writeString(place.resolve("script"), text);
    return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @Test
  void itIsTheSameProcessWithTheStatusOfTheProgram() throws Exception {
    Result result = run(1, "sh", "-c", "echo $$; exit 7");
    assertThat(result.output()).isEqualTo(Long.toString(result.pid()));
    assertThat(result.status()).isEqualTo(7);
  }

  @Test
  void itHasTheDescriptorsAndNoOthers() throws Exception {
    assertThat(shell(1, "ls /proc/$$/fd; readlink /proc/$$/fd/3"))
        .isEqualTo("0\n1\n2\n3\n/dev/zero");
  }

  @Test
  void theFilesOfTheJvmMayBeInTheirPlaces() throws Exception {
    assertThat(shell(60, "readlink /proc/$$/fd/3 /proc/$$/fd/4 /proc/$$/fd/62; ls /proc/$$/fd"))
        .startsWith("/dev/zero\n/dev/null\n/dev/null\n")
        .hasLineCount(3 + 63);
  }

  @Test
  void theLimitOfOpenFilesIsAsItWas() throws Exception {
    assertThat(shell(80, "ulimit -Sn; ls /proc/$$/fd")).startsWith("100\n").hasLineCount(1 + 83);
    Result result = run(98, "true");
    assertThat(result.output())
        .contains("EMFILE: descriptor 100 is beyond the limit of open files, 100");
    assertThat(result.status()).isEqualTo(1);
  }

  @Test
  void signalsAreAsTheyWereAndSoIsTheRest() throws Exception {
    Result status = run(1, "cat", "/proc/self/status", "/proc/self/coredump_filter");
    assertThat(status.output())
        .contains("SigBlk:\t0000000000000200", "SigCgt:\t0000000000000000")
        .contains("SigIgn:\t0000000100001000")
        .endsWith("00000033");
    assertThat(run(1, "env").output()).isEqualTo("PATH=/usr/bin:/bin");
  }

  @Test
  void aScriptWithoutAFirstLineIsOneOfTheShell() throws Exception {
    assertThat(run(1, script("echo from a script\n").toString()).output())
        .isEqualTo("from a script");
  }

  @Test
  void whatCannotBeRunAfterAllIsSaidAndIsStatus126() throws Exception {
    Path script = script("#!/nothing/like/it\n");
    assertThat(run(60, script.toString()))
        .extracting(Result::status, Result::output)
        .containsExactly(126, "ENOENT No such file or directory");
  }
}
