package org.fdboxfs.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The other end of an exchange, which answers what a test tells it to. */
final class Peer implements AutoCloseable {
  /** What it was asked. */
  record Asked(String text, int descriptors) {}

  final Exchange exchange;
  private final Descriptor end;
  private final SeqPacket socket;

  private Peer(Exchange exchange, Descriptor end) {
    this.exchange = exchange;
    this.end = end;
    this.socket = new SeqPacket(end);
  }

  /** The names of the exchange are looked up below that directory. */
  static Peer connected(Path root) throws FdBoxException {
    List<Descriptor> ends = socketPair();
    Exchange exchange = new Exchange(open(root), new SeqPacket(ends.get(0)));
    return new Peer(exchange, ends.get(1));
  }

  static List<Descriptor> socketPair() {
    ByteBuffer pair = LibC.memory(8);
    int seqpacket = 5;
    if (LibC.SOCKETPAIR.call(1, seqpacket | LibC.O_CLOEXEC, 0, LibC.addressOf(pair)) != 0) {
      throw new AssertionError(LibC.failure("socketpair"));
    }
    return List.of(Descriptor.adopt(pair.getInt(0)), Descriptor.adopt(pair.getInt(4)));
  }

  static Descriptor open(Path path) {
    ByteBuffer name = LibC.string(path.toString().getBytes(StandardCharsets.UTF_8));
    int number = LibC.OPENAT.call(LibC.AT_FDCWD, LibC.addressOf(name), LibC.O_CLOEXEC);
    if (number < 0) {
      throw new AssertionError(LibC.failure(path.toString()));
    }
    return Descriptor.adopt(number);
  }

  /** Has the answer to the next request ready. */
  void answers(String answer, Descriptor... descriptors) throws FdBoxException {
    answers(answer.getBytes(StandardCharsets.UTF_8), descriptors);
  }

  void answers(byte[] answer, Descriptor... descriptors) throws FdBoxException {
    List<Integer> numbers = new ArrayList<>();
    for (Descriptor each : descriptors) {
      numbers.add(each.number());
    }
    socket.send(answer, numbers);
  }

  /** The oldest request that was not looked at. */
  Asked asked() throws FdBoxException {
    SeqPacket.Received received = socket.receive();
    String text = StandardCharsets.UTF_8.decode(received.bytes()).toString();
    received.descriptors().forEach(Descriptor::close);
    return new Asked(text, received.descriptors().size());
  }

  /** Says something, unasked, that is one byte longer than it may be. */
  void saysTooMuch() {
    ByteBuffer message = LibC.memory(SeqPacket.MAX_BYTES + 1);
    long sent = LibC.WRITE.word(end.number(), LibC.addressOf(message), message.capacity());
    if (sent != message.capacity()) {
      throw new AssertionError(LibC.failure("write"));
    }
  }

  /** Sets the soft limit of open files, and gives back what it was. */
  static long limitOpenFiles(long soft) {
    ByteBuffer limits = LibC.memory(16);
    int nofile = 7;
    LibC.GETRLIMIT.call(nofile, LibC.addressOf(limits));
    long before = limits.getLong(0);
    limits.putLong(0, soft);
    if (LibC.SETRLIMIT.call(nofile, LibC.addressOf(limits)) != 0) {
      throw new AssertionError(LibC.failure("setrlimit"));
    }
    return before;
  }

  /** How many descriptors of this process are the same file as this one. */
  static int copies(Descriptor descriptor) throws IOException {
    Path wanted = Files.readSymbolicLink(descriptor.path());
    int copies = 0;
    try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path each : all) {
        copies += isTo(each, wanted) ? 1 : 0;
      }
    }
    return copies;
  }

  private static boolean isTo(Path descriptor, Path wanted) throws IOException {
    try {
      return Files.readSymbolicLink(descriptor).equals(wanted);
    } catch (NoSuchFileException e) {
      return false; // closed while we looked
    }
  }

  /** Ends the connection from this side. */
  void hangUp() {
    socket.close();
  }

  @Override
  public void close() {
    exchange.close();
    socket.close();
  }
}
