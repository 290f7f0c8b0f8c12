#!/usr/bin/env python3
"""A server that can be replaced or killed at any moment, since nothing that it needs is its own.

    fdboxfs run BOX -- server.py BOX GENERATION

The listening socket is an entry of the box, named "listen". Each connection that is accepted is put
there too, N.socket with N.account beside it: memory in which the server keeps what it knows about
that client. All of them arrive as LISTEN_FDS, so that a new generation begins in the middle of
every conversation.

A request is a number and an amount, an answer the number, the total of all amounts of this
connection, and the generation that answers. A request is read (MSG_PEEK), entered, answered, and
only then taken off the socket. Who is killed in between leaves it to the next generation, which
sees in the account whether it was entered already. The client may see an answer twice, and
never a wrong total.
"""

import mmap
import os
import select
import signal
import socket
import struct
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "python"))
import fdboxfs  # noqa: E402

REQUEST = struct.Struct("!QQ")
ANSWER = struct.Struct("!QQQ")


class Account:
    """The last request of a connection and the total after it, in memory that is in the box.

    Two slots in turn: the older one stays whole until the newer one is. What makes a slot the newer
    one is its number, written last, and in one piece as it is a native word.
    """

    SLOT = struct.Struct("QQ")

    def __init__(self, fd):
        self._memory = mmap.mmap(fd, mmap.PAGESIZE)
        os.close(fd)

    @staticmethod
    def new():
        fd = os.memfd_create("account")
        os.ftruncate(fd, mmap.PAGESIZE)
        return fd

    def last(self):
        """The number of the last request, and the total."""
        return max(self.SLOT.unpack_from(self._memory, slot * self.SLOT.size) for slot in (0, 1))

    def enter(self, number, total):
        at = (number % 2) * self.SLOT.size
        struct.pack_into("Q", self._memory, at + 8, total)
        struct.pack_into("Q", self._memory, at, number)


class Server:
    def __init__(self, box, generation):
        mountpoint, self._box = os.path.split(os.path.abspath(box))
        self._generation = generation
        self._mount = fdboxfs.Mount(mountpoint)
        # Held while something is half done that a planned end should not interrupt.
        self._busy = threading.Lock()

    def run(self, inherited):
        """Goes on where the last generation ended. Returns when it shall end itself."""
        # Blocked before there are other threads, so that it is blocked in all of them.
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
        listener = socket.socket(fileno=inherited.pop("listen"))
        last = 0
        for account in [name for name in inherited if name.endswith(".account")]:
            name = account.removesuffix(".account")
            last = max(last, int(name))
            if name + ".socket" in inherited:
                connection = socket.socket(fileno=inherited[name + ".socket"])
                self._start(self._serve, name, connection, Account(inherited[account]))
            else:
                self._remove(account)
        self._start(self._accept, listener, last)
        signal.sigwait([signal.SIGTERM])
        self._busy.acquire()

    def _start(self, what, *arguments):
        threading.Thread(target=what, args=arguments, daemon=True).start()

    def _accept(self, listener, last):
        while True:
            select.select([listener], [], [])
            with self._busy:
                connection, _ = listener.accept()
                last += 1
                account = Account.new()
                self._put(str(last), connection, account)
            self._start(self._serve, str(last), connection, Account(account))

    def _put(self, name, connection, account):
        """After this the connection is the box's, and outlives us."""
        socket_path, account_path = (f"{self._box}/{name}.{what}" for what in ("socket", "account"))
        self._mount.put_all({socket_path: connection.fileno(), account_path: account})

    def _remove(self, entry):
        self._mount.remove(f"{self._box}/{entry}")

    def _serve(self, name, connection, account):
        with connection:
            try:
                while self._answer(connection, account):
                    pass
            except (ConnectionResetError, BrokenPipeError):
                pass  # The client went without a word: that is an end as well.
            with self._busy:
                # The account last: one without a socket is nobody's, and easy to tell.
                self._remove(f"{name}.socket")
                self._remove(f"{name}.account")

    def _answer(self, connection, account):
        """Deals with one request; false if there will be no more."""
        request = connection.recv(REQUEST.size, socket.MSG_PEEK | socket.MSG_WAITALL)
        if len(request) < REQUEST.size:
            return False
        number, amount = REQUEST.unpack(request)
        last, total = account.last()
        if number != last:
            total += amount
            account.enter(number, total)
        connection.sendall(ANSWER.pack(number, total, self._generation))
        connection.recv(REQUEST.size)
        return True


def inherited_descriptors():
    """The descriptors that we were started with, by name, as sd_listen_fds(3) finds them."""
    if os.environ.get("LISTEN_PID") != str(os.getpid()):
        sys.exit("server: nothing was passed on to this process, start it by fdboxfs run")
    names = os.environ["LISTEN_FDNAMES"].split(":")
    count = int(os.environ["LISTEN_FDS"])
    return dict(zip(names, range(3, 3 + count), strict=True))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: fdboxfs run BOX -- server.py BOX GENERATION")
    Server(sys.argv[1], int(sys.argv[2])).run(inherited_descriptors())
    os._exit(0)
