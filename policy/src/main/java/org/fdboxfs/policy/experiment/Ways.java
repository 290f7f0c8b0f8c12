package org.fdboxfs.policy.experiment;

import java.util.Arrays;

/** How each state was first come to: from which one, by which move. */
final class Ways {
  /** The state in which everything begins. */
  static final int FIRST = 0;

  private static final int NOWHERE = -1;

  private int[] from = new int[1024];
  private int[] moves = new int[1024];
  private int[] lengths = new int[1024];
  private int size;

  /** Begins with {@link #FIRST}. */
  Ways() {
    from[0] = NOWHERE;
    size = 1;
  }

  int size() {
    return size;
  }

  void add(int state, int move) {
    if (size == from.length) {
      from = Arrays.copyOf(from, 2 * size);
      moves = Arrays.copyOf(moves, 2 * size);
      lengths = Arrays.copyOf(lengths, 2 * size);
    }
    from[size] = state;
    moves[size] = move;
    lengths[size++] = lengths[state] + 1;
  }

  /** Moves from the beginning. */
  int lengthOf(int state) {
    return lengths[state];
  }

  /** The moves from the beginning to a state. */
  int[] to(int state) {
    int[] way = new int[lengths[state]];
    int at = state;
    for (int i = way.length - 1; i >= 0; i--) {
      way[i] = moves[at];
      at = from[at];
    }
    return way;
  }
}
