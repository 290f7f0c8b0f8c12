package org.fdboxfs.fs.fuse;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import jnr.ffi.Struct;
import org.fdboxfs.fs.ControlDirectory;
import org.fdboxfs.policy.Listing;
import org.jspecify.annotations.Nullable;
import ru.serce.jnrfuse.FuseFillDir;
import ru.serce.jnrfuse.struct.FileStat;

/**
 * Hands names to libfuse until its buffer is full. Each carries the offset of the next, so that
 * reading goes on where it stopped and a large directory takes time in proportion to its size.
 */
final class DirectoryFiller {
  private static final int DOTS = 2;
  private static final int MAX_NAME = 256;

  /** One name on its way, reused by the thread. */
  private static final class Item {
    private final FileStat stat = new FileStat(Runtime.getSystemRuntime());
    private final ByteBuffer name = ByteBuffer.allocateDirect(MAX_NAME);
    private final Pointer memory;

    Item() {
      memory = Memory.allocateDirect(Runtime.getSystemRuntime(), Struct.size(stat), true);
      stat.useMemory(memory);
    }

    /** Whether it fitted. */
    boolean add(Pointer buffer, FuseFillDir fill, String text, long inode, int mode, long next) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      name.clear();
      name.put(bytes).put((byte) 0).flip();
      stat.st_ino.set(inode);
      stat.st_mode.set(mode);
      return fill.apply(buffer, name, memory, next) == 0;
    }
  }

  private final ControlDirectory control;
  private final ThreadLocal<Item> items = ThreadLocal.withInitial(Item::new);

  DirectoryFiller(ControlDirectory control) {
    this.control = control;
  }

  /**
   * Fills from an offset on: 0 is the dot, 1 the double dot, then the names.
   *
   * @param listing null for the control directory
   */
  void fill(@Nullable Listing listing, Pointer buffer, FuseFillDir fill, long offset) {
    if (listing == null) {
      control
          .names()
          .forEach(name -> items.get().add(buffer, fill, name, control.inodeOf(name), 0, 0));
      return;
    }
    Item item = items.get();
    long next = offset;
    if (next == 0 && item.add(buffer, fill, ".", listing.inode(), FileStat.S_IFDIR, 1)) {
      next = 1;
    }
    if (next == 1 && item.add(buffer, fill, "..", listing.parentInode(), FileStat.S_IFDIR, DOTS)) {
      next = DOTS;
    }
    boolean fits = next >= DOTS;
    while (fits && next - DOTS < listing.size()) {
      int at = (int) next - DOTS;
      int mode = listing.isDirectory(at) ? FileStat.S_IFDIR : FileStat.S_IFREG;
      fits = item.add(buffer, fill, listing.name(at), listing.inode(at), mode, ++next);
    }
  }
}
