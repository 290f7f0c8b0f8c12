package org.fdboxfs.client;

import com.kenai.jffi.CallContext;
import com.kenai.jffi.CallingConvention;
import com.kenai.jffi.Invoker;
import com.kenai.jffi.LastError;
import com.kenai.jffi.Library;
import com.kenai.jffi.MemoryIO;
import com.kenai.jffi.Type;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The functions of the C library that are used here. Each argument is passed as 64 bits, which is
 * what a register holds; of a result that is an int, only the lower half means anything.
 *
 * <p>jffi and not the interfaces of jnr-ffi, which are generated when a program starts: a command
 * has no time for that.
 */
enum LibC {
  ACCESS("access", 2),
  CLOSE("close", 1),
  CONNECT("connect", 3),
  DUP2("dup2", 2),
  EXECVPE("execvpe", 3),
  FCNTL("fcntl", 3),
  GETRLIMIT("getrlimit", 2),
  OPENAT("openat", 3),
  POLL("poll", 3),
  RECVMSG("recvmsg", 3),
  SENDMSG("sendmsg", 3),
  SETRLIMIT("setrlimit", 2),
  SIGNAL("signal", 2),
  SIGPROCMASK("sigprocmask", 3),
  SOCKET("socket", 3),
  SOCKETPAIR("socketpair", 4),
  STRERROR("strerror", 1),
  SYSCALL("syscall", 5),
  WRITE("write", 3);

  static final int AT_FDCWD = -100;
  static final int F_DUPFD_CLOEXEC = 1030;
  static final int F_SETFD = 2;
  static final int O_CLOEXEC = 02000000;
  static final int O_PATH = 010000000;

  private final long address;

  @SuppressWarnings("ImmutableEnumChecker") // a description, which nothing changes
  private final CallContext context;

  LibC(String name, int arguments) {
    address = Library.getDefault().getSymbolAddress(name);
    if (address == 0) {
      throw new UnsatisfiedLinkError("the C library has no " + name);
    }
    Type[] types = new Type[arguments];
    Arrays.fill(types, Type.SINT64);
    // The last argument: errno is kept with the call, before the JVM can change it.
    context = CallContext.getCallContext(Type.SINT64, types, CallingConvention.DEFAULT, true);
  }

  /** Calls it; the number of arguments must be its own. The result is to be taken as a word. */
  long word(long... arguments) {
    Invoker invoker = Invoker.getInstance();
    return switch (arguments.length) {
      case 1 -> invoker.invokeN1(context, address, arguments[0]);
      case 2 -> invoker.invokeN2(context, address, arguments[0], arguments[1]);
      case 3 -> invoker.invokeN3(context, address, arguments[0], arguments[1], arguments[2]);
      case 4 ->
          invoker.invokeN4(
              context, address, arguments[0], arguments[1], arguments[2], arguments[3]);
      case 5 ->
          invoker.invokeN5(
              context,
              address,
              arguments[0],
              arguments[1],
              arguments[2],
              arguments[3],
              arguments[4]);
      default -> throw new IllegalArgumentException("no calls of so many arguments");
    };
  }

  /** Calls it; the result is to be taken as an int. */
  int call(long... arguments) {
    return (int) word(arguments);
  }

  /** Why the last call of this thread failed, if it did. */
  static int errno() {
    return LastError.getInstance().get();
  }

  /** The last error of this thread with what was tried, in the words of the C library. */
  static FdBoxException failure(String what) {
    int errno = errno();
    return new FdBoxException(errno, what + ": " + message(errno));
  }

  /** What an error number means, in the words of the C library. */
  static String message(int errno) {
    byte[] text = MemoryIO.getInstance().getZeroTerminatedByteArray(STRERROR.word(errno));
    return new String(text, StandardCharsets.UTF_8);
  }

  /** Memory for arguments; it is there as long as the buffer is reachable. */
  static ByteBuffer memory(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }

  /** A string of C in memory of its own. */
  static ByteBuffer string(byte[] text) {
    ByteBuffer string = memory(text.length + 1);
    string.put(text).put((byte) 0).flip();
    return string;
  }

  static long addressOf(ByteBuffer memory) {
    return MemoryIO.getInstance().getDirectBufferAddress(memory);
  }
}
