package org.fdboxfs.policy;

import java.util.ArrayList;
import java.util.List;
import org.fdboxfs.model.Timestamp;
import org.jspecify.annotations.Nullable;

/**
 * What chmod, chown, truncate and utimensat change; null leaves a thing as it is.
 *
 * @param size in bytes
 */
public record AttributeChange(
    @Nullable Integer mode,
    @Nullable Integer uid,
    @Nullable Integer gid,
    @Nullable Long size,
    @Nullable Timestamp accessed,
    @Nullable Timestamp modified) {
  /** Nothing but the time of change, which every change moves. */
  public static final AttributeChange NONE =
      new AttributeChange(null, null, null, null, null, null);

  public static AttributeChange mode(int mode) {
    return new AttributeChange(mode, null, null, null, null, null);
  }

  /** A change of owner; -1 leaves an id as it is, as in chown(2). */
  public static AttributeChange owner(int uid, int gid) {
    return new AttributeChange(
        null, uid == -1 ? null : uid, gid == -1 ? null : gid, null, null, null);
  }

  public static AttributeChange size(long size) {
    return new AttributeChange(null, null, null, size, null, null);
  }

  public static AttributeChange times(@Nullable Timestamp accessed, @Nullable Timestamp modified) {
    return new AttributeChange(null, null, null, null, accessed, modified);
  }

  /** What is changed, for the journal: such as {@code mode}, or {@code owner times}. */
  String words() {
    List<String> words = new ArrayList<>();
    if (mode != null) {
      words.add("mode");
    }
    if (uid != null || gid != null) {
      words.add("owner");
    }
    if (size != null) {
      words.add("size");
    }
    if (accessed != null || modified != null) {
      words.add("times");
    }
    return String.join(" ", words);
  }

  boolean isEmpty() {
    return equals(NONE);
  }
}
