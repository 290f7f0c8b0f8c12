package org.fdboxfs.compare;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A running actor. Closing kills it. */
final class ActorProcess implements AutoCloseable {
  /** A step that takes longer never ends, as far as a scenario goes. */
  private static final int PATIENCE_SECONDS = 30;

  private static final String END = "";
  private static final String CALLS = "calls";

  private final Process process;
  private final OutputStream commands;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final boolean counts;

  private ActorProcess(Process process, boolean counts) {
    this.process = process;
    this.commands = process.getOutputStream();
    this.counts = counts;
  }

  /**
   * Starts one.
   *
   * @param counts whether it counts its system calls, which makes them slow
   * @throws NotHereException it cannot become who it should be
   */
  static ActorProcess start(Path program, Store store, Identity identity, boolean counts)
      throws IOException, NotHereException {
    List<String> command = new ArrayList<>();
    command.add(program.toString());
    command.add(store.mountpoint().toString());
    command.add(store.device().toString());
    command.addAll(identity.words());
    if (counts) {
      command.add("trace");
    }
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    ActorProcess actor = new ActorProcess(builder.start(), counts);
    Thread reader = new Thread(actor::readLines, "actor");
    reader.setDaemon(true);
    reader.start();
    try {
      Answer.parse(actor.line(), List.of());
      return actor;
    } catch (NotHereException | IOException | RuntimeException e) {
      actor.close();
      throw e;
    }
  }

  private void readLines() {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.add(line);
      }
    } catch (IOException e) {
      // Closed: the process is gone, which is what the end says as well.
    }
    lines.add(END);
  }

  /** Does one thing, and says what came of it. */
  Answer ask(List<String> words) throws IOException, NotHereException {
    send(words);
    List<String> calls = new ArrayList<>();
    String line = line();
    while (counts && line.startsWith(CALLS)) {
      for (String call : line.substring(CALLS.length()).strip().split(" ", -1)) {
        if (!call.isEmpty()) {
          calls.add(call);
        }
      }
      line = line();
    }
    return Answer.parse(line, calls);
  }

  private void send(List<String> words) throws IOException {
    commands.write((Wire.line(words) + "\n").getBytes(StandardCharsets.US_ASCII));
    commands.flush();
  }

  private String line() throws IOException {
    try {
      String line = lines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (line == null) {
        throw new IOException("no answer within " + PATIENCE_SECONDS + " s");
      }
      if (line.equals(END)) {
        throw new IOException("the actor has ended");
      }
      return line;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** Ends as a process that is killed, and returns when all that it had open is closed. */
  void die() throws IOException {
    send(List.of("die"));
    await();
  }

  private void await() throws IOException {
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new IOException("the actor does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      await();
    } catch (IOException e) {
      // In the kernel's hands; it holds nothing that the next performance needs.
    }
  }
}
