package org.fdboxfs.policy.rule;

/**
 * What the daemon itself can hold, whatever the policy says: its descriptors and its memory are
 * shared by all users. Reaching one of these is {@code ENFILE}, used for nothing else.
 *
 * @param descriptors entries
 * @param nodes entries and directories
 * @param claims open handles
 * @param claimsPerUser of them, that one user other than root may have
 */
public record Limits(int descriptors, int nodes, int claims, int claimsPerUser) {
  /** Heap that one node takes with its name and its place in the tables, in bytes, rounded up. */
  private static final long NODE_BYTES = 768;

  /** Heap that one claim takes with its handle, in bytes, rounded up. */
  private static final long CLAIM_BYTES = 1024;

  /** Limits by descriptors alone. */
  public static Limits ofDescriptors(int descriptors) {
    return new Limits(descriptors, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE);
  }

  /**
   * Limits that fit a heap: half of it for nodes, a quarter for claims, and no user gets more than
   * a quarter of those.
   *
   * @param heap in bytes
   */
  public static Limits fitting(long heap, int descriptors) {
    int claims = (int) Math.min(heap / 4 / CLAIM_BYTES, Integer.MAX_VALUE);
    return new Limits(
        descriptors,
        (int) Math.min(heap / 2 / NODE_BYTES, Integer.MAX_VALUE),
        claims,
        Math.max(1, claims / 4));
  }
}
