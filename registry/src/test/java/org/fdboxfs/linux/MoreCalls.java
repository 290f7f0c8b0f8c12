package org.fdboxfs.linux;

import jnr.ffi.LibraryLoader;

/** Functions of the C library that only tests call. */
public interface MoreCalls {
  MoreCalls C = LibraryLoader.create(MoreCalls.class).load("c");

  int mkfifo(String path, int mode);
}
