package org.fdboxfs.fs.fuse;

import java.time.Instant;
import org.fdboxfs.fs.Statistics;
import org.fdboxfs.model.Attributes;
import org.fdboxfs.model.Timestamp;
import org.jspecify.annotations.Nullable;
import ru.serce.jnrfuse.struct.FileStat;
import ru.serce.jnrfuse.struct.Statvfs;
import ru.serce.jnrfuse.struct.Timespec;

/** Between values and the structs of C that callbacks are given. */
final class NativeStructs {
  private static final int S_IFLNK = 0120000;
  private static final long UTIME_NOW = 0x3fffffff;
  private static final long UTIME_OMIT = 0x3ffffffe;
  private static final int NAME_MAX = 255;

  private NativeStructs() {}

  /**
   * What stat(2) shows.
   *
   * @param asLink whether it is shown as a symbolic link
   */
  static void fill(FileStat stat, Attributes a, boolean asLink) {
    stat.st_ino.set(a.inode());
    stat.st_mode.set(asLink ? S_IFLNK | a.mode() : a.fullMode());
    stat.st_nlink.set(a.links());
    stat.st_uid.set(Integer.toUnsignedLong(a.uid()));
    stat.st_gid.set(Integer.toUnsignedLong(a.gid()));
    stat.st_size.set(a.size());
    stat.st_blocks.set(a.blocks());
    stat.st_blksize.set(4096);
    set(stat.st_atim, a.accessed());
    set(stat.st_mtim, a.modified());
    set(stat.st_ctim, a.changed());
  }

  private static void set(Timespec field, Timestamp time) {
    field.tv_sec.set(time.seconds());
    field.tv_nsec.set(time.nanos());
  }

  /** What statvfs(3) shows. */
  static void fill(Statvfs figures, Statistics s) {
    figures.f_bsize.set(s.blockSize());
    figures.f_frsize.set(s.blockSize());
    figures.f_blocks.set(s.blocks());
    figures.f_bfree.set(s.free());
    figures.f_bavail.set(s.free());
    figures.f_files.set(s.files());
    figures.f_ffree.set(s.filesFree());
    figures.f_favail.set(s.filesFree());
    figures.f_namemax.set(NAME_MAX);
  }

  /** A time of utimensat(2); null leaves the one that is there. */
  static @Nullable Timestamp time(Timespec spec) {
    long nanos = spec.tv_nsec.longValue();
    if (nanos == UTIME_OMIT) {
      return null;
    }
    return nanos == UTIME_NOW
        ? Timestamp.of(Instant.now())
        : new Timestamp(spec.tv_sec.get(), (int) nanos);
  }
}
