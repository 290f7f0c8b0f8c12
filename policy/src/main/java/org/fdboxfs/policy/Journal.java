package org.fdboxfs.policy;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Timestamp;
import org.fdboxfs.policy.rule.Deny;
import org.fdboxfs.registry.Claim;
import org.fdboxfs.registry.Entry;
import org.jspecify.annotations.Nullable;

/**
 * The last things that happened, bounded: the newest events of all, and the newest refusals of each
 * user apart, so that no user can push out what another wants to read.
 */
public final class Journal {
  /** Events that are kept; who reads more slowly misses the oldest. */
  public static final int EVENTS = 1024;

  static final int DENIALS_PER_USER = 64;
  static final int USERS = 256;

  private final Object lock = new Object();

  @GuardedBy("lock")
  private final ArrayDeque<Event> events = new ArrayDeque<>(EVENTS);

  @GuardedBy("lock")
  private final Map<Integer, ArrayDeque<Event>> denials =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, ArrayDeque<Event>> eldest) {
          return size() > USERS;
        }
      };

  @GuardedBy("lock")
  private final Map<String, Long> counts = new TreeMap<>();

  @GuardedBy("lock")
  private long sequence;

  private volatile @Nullable Runnable listener;

  /** Sets who is told, outside every lock of ours but under the guard's, that an event came. */
  public void onEvent(Runnable listener) {
    this.listener = listener;
  }

  void happened(Timestamp time, String type, Caller caller, Place place, String detail) {
    Place nowhere = new Place(detail, Place.NOWHERE);
    add(time, type, type, caller.uid(), caller.process(), place, nowhere, null);
  }

  void renamed(Timestamp time, Caller caller, Place from, Place to) {
    add(time, "rename", "rename", caller.uid(), caller.process(), from, to, null);
  }

  void released(Timestamp time, Claim claim) {
    Place place = Place.of(claim.entry());
    Place nowhere = new Place("", Place.NOWHERE);
    int pid = claim.process().pid();
    add(time, "release", "release", claim.uid(), pid, place, nowhere, null);
  }

  /** Nobody let go of the entry but its other side. */
  void hungUp(Timestamp time, Entry entry) {
    Place nowhere = new Place("", Place.NOWHERE);
    add(time, "hangup", "remove", entry.uid(), 0, Place.of(entry), nowhere, null);
  }

  void denied(Timestamp time, String operation, Caller caller, Place place, Deny deny) {
    Place nowhere = new Place("", Place.NOWHERE);
    add(time, "deny", operation, caller.uid(), caller.process(), place, nowhere, deny);
  }

  private void add(
      Timestamp time,
      String type,
      String operation,
      int uid,
      int pid,
      Place place,
      Place detail,
      @Nullable Deny deny) {
    synchronized (lock) {
      Event event =
          new Event(
              ++sequence,
              time,
              type,
              operation,
              uid,
              pid,
              place.path(),
              place.directory(),
              detail.path(),
              detail.directory(),
              deny);
      if (events.size() == EVENTS) {
        events.removeFirst();
      }
      events.addLast(event);
      counts.merge(type, 1L, Long::sum);
      if (deny != null) {
        counts.merge("deny:" + deny.errno(), 1L, Long::sum);
        ArrayDeque<Event> own = denials.computeIfAbsent(uid, ignored -> new ArrayDeque<>());
        if (own.size() == DENIALS_PER_USER) {
          own.removeFirst();
        }
        own.addLast(event);
      }
    }
    Runnable told = listener;
    if (told != null) {
      told.run();
    }
  }

  /** The number of the newest event, 0 before the first. */
  public long newest() {
    synchronized (lock) {
      return sequence;
    }
  }

  /** Events after a number, oldest first, at most so many. */
  public List<Event> after(long number, int most) {
    synchronized (lock) {
      List<Event> found = new ArrayList<>();
      Event oldest = events.peekFirst();
      if (oldest == null || number >= sequence) {
        return found;
      }
      Iterator<Event> all = events.iterator();
      for (long skip = number - oldest.sequence() + 1; skip > 0 && all.hasNext(); skip--) {
        all.next();
      }
      while (all.hasNext() && found.size() < most) {
        found.add(all.next());
      }
      return found;
    }
  }

  /** The refusals that concern a user, oldest first; root sees all. */
  public List<Event> denials(int uid) {
    synchronized (lock) {
      List<Event> found = new ArrayList<>();
      if (uid == 0) {
        denials.values().forEach(found::addAll);
        found.sort((a, b) -> Long.compare(a.sequence(), b.sequence()));
      } else if (denials.containsKey(uid)) {
        found.addAll(denials.getOrDefault(uid, new ArrayDeque<>()));
      }
      return found;
    }
  }

  /** How often each type of event happened, and each errno under {@code deny:}. */
  public Map<String, Long> counts() {
    synchronized (lock) {
      return new TreeMap<>(counts);
    }
  }
}
