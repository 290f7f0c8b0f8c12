package org.fdboxfs.fs;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FsException;
import org.fdboxfs.model.NativeBuffer;
import org.fdboxfs.policy.Event;
import org.fdboxfs.policy.Inspection;
import org.fdboxfs.policy.Journal;

/**
 * A reader of the event stream: gets what happens from its open on, whole lines at a time. A reader
 * that is too slow misses the oldest events and is told how many with a line of type {@code lost}.
 */
final class EventStream implements ControlFile.Session, Stream {
  private static final int BATCH = 64;

  private final Journal journal;
  private final Inspection inspection;
  private final Caller reader;
  private final WakeUp wakeUp;
  private final NativeMemory memory;
  private final Runnable onClose;

  @GuardedBy("wakeUp")
  private boolean closed;

  @GuardedBy("wakeUp")
  private boolean raised;

  private long seen;
  private byte[] rest = new byte[0];

  EventStream(
      Journal journal,
      Inspection inspection,
      Caller reader,
      WakeUp wakeUp,
      NativeMemory memory,
      Runnable onClose) {
    this.journal = journal;
    this.inspection = inspection;
    this.reader = reader;
    this.wakeUp = wakeUp;
    this.memory = memory;
    this.onClose = onClose;
    this.seen = journal.newest();
    reader.groups(); // looked up while the caller is held in its open
  }

  boolean isReadBy(int uid) {
    return reader.uid() == uid;
  }

  /** Who reads it. */
  int uid() {
    return reader.uid();
  }

  /** Comes from any thread, under the guard's lock, and perhaps after the close. */
  void eventCame() {
    wake(true);
  }

  /** Never touches what was closed: its number may be somebody else's descriptor by now. */
  private void wake(boolean up) {
    synchronized (wakeUp) {
      if (closed || raised == up) {
        return; // also for who does not read: each event is told to all, under the guard's lock
      }
      raised = up;
      if (up) {
        wakeUp.raise();
      } else {
        wakeUp.lower();
      }
    }
  }

  @Override
  public ControlFile file() {
    return ControlFile.EVENTS;
  }

  @Override
  public byte[] read(int size, long offset) throws FsException {
    throw new FsException(Errno.ESPIPE, "events are read in sequence");
  }

  @Override
  public Stream stream() {
    return this;
  }

  @Override
  public int number() {
    return wakeUp.number();
  }

  @Override
  public synchronized long readNow(NativeBuffer into) throws FsException {
    if (rest.length == 0) {
      rest = nextLines();
    }
    if (rest.length == 0) {
      throw new FsException(Errno.EAGAIN, "no event");
    }
    int n = (int) Math.min(into.length(), rest.length);
    memory.put(into, Arrays.copyOf(rest, n));
    rest = Arrays.copyOfRange(rest, n, rest.length);
    return n;
  }

  /** Lowers before it looks: what comes in between raises again. */
  private byte[] nextLines() {
    wake(false);
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    List<Event> events = journal.after(seen, BATCH);
    for (Event event : events) {
      long lost = event.sequence() - seen - 1;
      if (lost > 0) {
        write(lines, Json.lost(lost));
      }
      seen = event.sequence();
      if (inspection.mayKnow(event, reader)) {
        write(lines, Json.event(event, reader));
      }
    }
    if (journal.newest() > seen) {
      wake(true);
    }
    return lines.toByteArray();
  }

  private static void write(ByteArrayOutputStream lines, String json) {
    byte[] line = (json + "\n").getBytes(StandardCharsets.UTF_8);
    lines.write(line, 0, line.length);
  }

  @Override
  public long writeNow(NativeBuffer from) throws FsException {
    throw new FsException(Errno.EBADF, "events are not written");
  }

  @Override
  public void close() {
    onClose.run();
    synchronized (wakeUp) {
      if (!closed) {
        closed = true;
        wakeUp.close();
      }
    }
  }
}
