package org.fdboxfs.policy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.fdboxfs.registry.Claim;
import org.fdboxfs.registry.Directory;
import org.fdboxfs.registry.Entry;
import org.fdboxfs.registry.Node;

/**
 * Claims of which it must be looked whether they still stand, when somebody else asks for the
 * entry: those that go on after their handle is closed, as whoever took the descriptor may still
 * have it, and nobody tells when it lets go; and those whose holder may have gone without our
 * having come round to it.
 */
final class Lingering {
  private final Guard guard;
  private final Map<Claim, List<Taker>> takers = new ConcurrentHashMap<>();
  private final Map<Claim, Held> held = new ConcurrentHashMap<>();

  private record Held(Lease lease, BooleanSupplier byHolder) {}

  Lingering(Guard guard) {
    this.guard = guard;
  }

  /** Under the guard's lock: lets a claim go on. */
  void add(Claim claim, List<Taker> itsTakers) {
    takers.put(claim, itsTakers);
  }

  /** Asks from now on whether a claim still has its holder. */
  void hold(Lease lease, BooleanSupplier byHolder) {
    held.put(lease.claim(), new Held(lease, byHolder));
  }

  /** A claim ends, or goes on without a holder. */
  void letGo(Claim claim) {
    held.remove(claim);
  }

  boolean isEmpty() {
    return takers.isEmpty() && held.isEmpty();
  }

  /** Not under a lock: the leases, of some claims, that have lost their holders. */
  List<Lease> lost(List<Claim> claims) {
    return claims.stream()
        .map(held::get)
        .filter(each -> each != null && !each.byHolder().getAsBoolean())
        .map(Held::lease)
        .toList();
  }

  /** Under the guard's lock: those of the claims that count when a node is asked for. */
  List<Claim> around(Node node) {
    List<Claim> found = new ArrayList<>();
    for (Entry entry : counted(node)) {
      for (Claim claim : entry.claims()) {
        if (takers.containsKey(claim) || held.containsKey(claim)) {
          found.add(claim);
        }
      }
    }
    return found;
  }

  /** An entry, and where it is a member of a group, all that are claimed in it. */
  private Collection<Entry> counted(Node node) {
    Directory directory = node instanceof Directory itself ? itself : node.parent();
    if (directory != null && guard.policy().groups().linkOf(directory) != null) {
      return directory.claimed();
    }
    return node instanceof Entry entry ? Set.of(entry) : Set.of();
  }

  /** All of them, at some moment. */
  List<Claim> all() {
    List<Claim> all = new ArrayList<>(takers.keySet());
    all.addAll(held.keySet());
    return all;
  }

  /**
   * Not under a lock: whether a claim has no reason to go on. Which process has the descriptor is
   * remembered by each taker, so that it is quick where nothing has changed.
   */
  boolean hasLapsed(Claim claim) {
    List<Taker> itsTakers = takers.get(claim);
    return itsTakers != null && itsTakers.stream().noneMatch(Taker::stillHas);
  }

  /** Under the guard's lock: ends a claim, unless that was done already. */
  void end(Claim claim) {
    List<Taker> itsTakers = takers.remove(claim);
    if (itsTakers != null) {
      itsTakers.forEach(Taker::close);
      guard.registry().release(claim);
      guard.journal().released(guard.registry().now(), claim);
      claim.descriptor().close(); // the entry has it as well: nothing is closed that takes long
    }
  }

  /** Under the guard's lock: ends the claims on an entry that leaves the namespace. */
  void endAllOn(Entry entry) {
    if (!isEmpty()) {
      List.copyOf(entry.claims()).forEach(this::end);
    }
  }
}
