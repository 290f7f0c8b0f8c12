package org.fdboxfs.policy;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Timestamp;
import org.fdboxfs.policy.Event.Asker;
import org.fdboxfs.policy.Event.Subject;
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

  private static final Place NO_DETAIL = new Place("", Place.NOWHERE);

  private volatile @Nullable Runnable listener;
  private volatile IntPredicate described = uid -> false;

  /** Sets who is told, outside every lock of ours but under the guard's, that an event came. */
  public void onEvent(Runnable listener) {
    this.listener = listener;
  }

  /**
   * Sets for whose events somebody listens who may know groups and control group of who asked; they
   * cost system calls. Asked under the guard's lock.
   */
  public void describeAskers(IntPredicate uids) {
    this.described = uids;
  }

  void happened(
      Timestamp time, String type, Caller caller, Place place, String detail, Subject subject) {
    Place nowhere = new Place(detail, Place.NOWHERE);
    add(time, type, type, caller, place, nowhere, null, subject);
  }

  void renamed(Timestamp time, Caller caller, Place from, Place to, Subject subject) {
    add(time, "rename", "rename", caller, from, to, null, subject);
  }

  void released(Timestamp time, Claim claim) {
    Place place = Place.of(claim.entry());
    int pid = claim.process().pid();
    add(
        new What(time, "release", "release", place, NO_DETAIL, null, Subject.of(claim, false)),
        claim.uid(),
        pid,
        Asker.NOBODY);
  }

  /** Nobody let go of the entry but its other side. */
  void hungUp(Timestamp time, Entry entry) {
    Place place = Place.of(entry);
    add(
        new What(time, "hangup", "remove", place, NO_DETAIL, null, Subject.of(entry)),
        entry.uid(),
        0,
        Asker.NOBODY);
  }

  void denied(
      Timestamp time, String operation, Caller caller, Place place, Deny deny, Subject subject) {
    add(time, "deny", operation, caller, place, NO_DETAIL, deny, subject);
  }

  private void add(
      Timestamp time,
      String type,
      String operation,
      Caller caller,
      Place place,
      Place detail,
      @Nullable Deny deny,
      Subject subject) {
    Asker asker = Asker.of(caller, described.test(caller.uid()));
    What what = new What(time, type, operation, place, detail, deny, subject);
    add(what, caller.uid(), caller.process(), asker);
  }

  /** An event but for who made it happen. */
  private record What(
      Timestamp time,
      String type,
      String operation,
      Place place,
      Place detail,
      @Nullable Deny deny,
      Subject subject) {
    Event by(int uid, int pid, Asker asker, long sequence) {
      return new Event(
          sequence,
          time,
          type,
          operation,
          uid,
          pid,
          place.path(),
          place.directory(),
          detail.path(),
          detail.directory(),
          deny,
          asker,
          subject);
    }
  }

  private void add(What what, int uid, int pid, Asker asker) {
    synchronized (lock) {
      Event event = what.by(uid, pid, asker, ++sequence);
      if (events.size() == EVENTS) {
        events.removeFirst();
      }
      events.addLast(event);
      counts.merge(what.type(), 1L, Long::sum);
      Deny deny = what.deny();
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
