package org.fdboxfs.chardev;

import jnr.ffi.Runtime;
import jnr.ffi.Struct;

/** struct cuse_lowlevel_ops; libfuse itself answers what has no function here. */
final class CuseOperations extends Struct {
  final Pointer init = new Pointer();
  final Pointer initDone = new Pointer();
  final Pointer destroy = new Pointer();
  final Pointer open = new Pointer();
  final Function<LibCuse.Read> read = function(LibCuse.Read.class);
  final Function<LibCuse.Write> write = function(LibCuse.Write.class);
  final Pointer flush = new Pointer();
  final Pointer release = new Pointer();
  final Pointer fsync = new Pointer();
  final Function<LibCuse.Ioctl> ioctl = function(LibCuse.Ioctl.class);
  final Pointer poll = new Pointer();

  CuseOperations(Runtime runtime) {
    super(runtime);
  }
}
