package org.fdboxfs.app.top;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.fdboxfs.app.Failure;
import org.fdboxfs.app.host.DetachedRead;
import org.fdboxfs.app.status.MountEvent;
import org.fdboxfs.app.status.MountStatus;
import org.jspecify.annotations.Nullable;

/**
 * Follows a mount by its control files, with a thread that waits for events and one that reads the
 * status when there were some, and now and then without. When the daemon goes away both go on
 * trying, so a mount that comes back is followed again. No file of the mount is ever opened by this
 * process, which could then not end while the daemon stands still.
 */
final class Feed {
  private static final int DENIALS_KEPT = 500;
  private static final Duration BETWEEN_READS = Duration.ofMillis(200);
  private static final Duration WITHOUT_EVENTS = Duration.ofSeconds(2);

  /** A mount that answers later than this does not seem to. */
  private static final Duration SILENCE = Duration.ofSeconds(3);

  /** Reading the status of a hundred thousand entries must not become all that the daemon does. */
  private static final int SHARE_OF_TIME = 4;

  private final Path mountpoint;
  private final Runnable changed;
  private final Semaphore somethingHappened = new Semaphore(0);
  private final Object lock = new Object();

  @GuardedBy("lock")
  private final Deque<MountEvent> denials = new ArrayDeque<>();

  @GuardedBy("lock")
  private final Rates rates = new Rates(System::nanoTime);

  @GuardedBy("lock")
  private @Nullable MountStatus status;

  @GuardedBy("lock")
  private long lost;

  @GuardedBy("lock")
  private String trouble = "";

  /** When the question began that has no answer yet. */
  @GuardedBy("lock")
  private OptionalLong asked = OptionalLong.empty();

  /**
   * @param changed is called from any thread when there is something new to be seen
   */
  Feed(Path mountpoint, Runnable changed) {
    this.mountpoint = mountpoint;
    this.changed = changed;
  }

  /** Reads all once, on the thread of the caller. */
  void readOnce() throws IOException {
    MountStatus read = readStatus();
    readDenials();
    synchronized (lock) {
      status = read;
    }
  }

  /** Follows the mount until the process ends. */
  void start() {
    startThread("status", this::followStatus);
    startThread("events", this::followEvents);
  }

  private static void startThread(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true); // it may be in a read that nothing ends
    thread.start();
  }

  Snapshot latest() {
    synchronized (lock) {
      return new Snapshot(
          status,
          List.copyOf(denials),
          rates.perSecond("open"),
          rates.perSecond("put"),
          rates.perSecond(MountEvent.DENY),
          lost,
          trouble());
    }
  }

  @GuardedBy("lock")
  private String trouble() {
    long silent = asked.isPresent() ? System.nanoTime() - asked.getAsLong() : 0;
    return silent > SILENCE.toNanos()
        ? "the mount has not answered for " + Duration.ofNanos(silent).toSeconds() + " s"
        : trouble;
  }

  private void followStatus() {
    while (true) {
      long began = System.nanoTime();
      updateStatus();
      changed.run();
      long took = System.nanoTime() - began;
      sleep(Duration.ofNanos(Math.max(BETWEEN_READS.toNanos(), took * SHARE_OF_TIME)));
      waitForEvents();
    }
  }

  private void updateStatus() {
    setAsked(OptionalLong.of(System.nanoTime()));
    try {
      MountStatus read = readStatus();
      synchronized (lock) {
        status = read;
        trouble = "";
      }
    } catch (IOException | RuntimeException e) {
      synchronized (lock) {
        trouble = "the mount is gone or does not answer (" + reason(e) + "); waiting for it";
      }
    }
    setAsked(OptionalLong.empty());
  }

  private void setAsked(OptionalLong time) {
    synchronized (lock) {
      asked = time;
    }
  }

  private MountStatus readStatus() throws IOException {
    try (DetachedRead file = DetachedRead.of(MountStatus.file(mountpoint))) {
      return file.parsed(MountStatus::parse);
    }
  }

  private void readDenials() throws IOException {
    try (DetachedRead file = DetachedRead.of(MountEvent.denialsFile(mountpoint))) {
      addDenials(file.parsed(MountEvent::parse));
    }
  }

  private static String reason(Exception e) {
    return e instanceof IOException io ? Failure.reason(io) : e.toString();
  }

  private void waitForEvents() {
    try {
      if (somethingHappened.tryAcquire(WITHOUT_EVENTS.toMillis(), TimeUnit.MILLISECONDS)) {
        somethingHappened.drainPermits();
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e); // nobody does that
    }
  }

  private static void sleep(Duration time) {
    try {
      TimeUnit.NANOSECONDS.sleep(time.toNanos());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e); // nobody does that
    }
  }

  private void followEvents() {
    while (true) {
      try (DetachedRead file = DetachedRead.of(mountpoint.resolve(".fdbox/events"));
          BufferedReader lines = file.text()) {
        readDenials();
        changed.run();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          MountEvent.parse(line).ifPresent(this::happened);
        }
      } catch (IOException e) {
        // The status tells, and what it tells is true also where only the events are refused.
      }
      sleep(WITHOUT_EVENTS);
    }
  }

  private void happened(MountEvent event) {
    synchronized (lock) {
      rates.count(event.type());
      lost += event.events();
      if (event.isDenial()) {
        add(event);
      }
    }
    somethingHappened.release();
    changed.run();
  }

  /** From the file that keeps them; the same may have come as events before. */
  private void addDenials(List<MountEvent> kept) {
    synchronized (lock) {
      Set<MountEvent> known = new HashSet<>(denials);
      List<MountEvent> all = new ArrayList<>(denials);
      kept.stream().filter(event -> !known.contains(event)).forEach(all::add);
      denials.clear();
      all.sort(Comparator.comparing(MountEvent::time).reversed());
      denials.addAll(all.subList(0, Math.min(all.size(), DENIALS_KEPT)));
    }
  }

  @GuardedBy("lock")
  private void add(MountEvent denial) {
    if (denials.contains(denial)) {
      return; // it came just between the opening of the events and the reading of what is kept
    }
    denials.addFirst(denial);
    while (denials.size() > DENIALS_KEPT) {
      denials.removeLast();
    }
  }
}
