"""A client of fdboxfs in one module: real descriptors into a mount and out of it again. Copy it.

    import fdboxfs, mmap, os

    with fdboxfs.Mount("/run/box") as box:
        box.put("vm1/irq", os.eventfd(3))
        with box.open("vm1/ram", os.O_RDWR) as ram:     # the claim on vm1/ram lasts as long
            memory = mmap.mmap(ram.fd, 4096)
        with box.take_all("vm1/net") as group:          # all of them or none
            for name, fd in group.items():
                ...
        fd = box.take("vm1/irq")                        # the claim is the connection's

Names are paths from the root of the mount. A refusal is an OSError with the errno, and as its text
the sentence that the mount gave. Descriptors that methods return are the caller's to close; those
of a Claim are closed with it. None is inherited by a program that is started.

When the mount does not answer, or not in words known here, the connection is closed: its claims
have ended, and further calls are ENOTCONN. A Mount is for one thread at a time.

Python 3.9 or later, Linux, only the standard library. Needs a mounted /proc.
"""

import array
import errno
import os
import socket

DESCRIPTORS = 253  # in one message: the kernel's own limit
MESSAGE = 65536  # bytes of a message, in both directions
ACCESS = {os.O_RDONLY: "read", os.O_WRONLY: "write", os.O_RDWR: "read-write"}


class Claim:
    """Descriptors that were taken, by name and in order, and the handle that holds the claim."""

    def __init__(self, handle, taken):
        self.handle = handle
        self._taken = taken

    @property
    def fd(self):
        """The only descriptor, of an entry that was opened."""
        (fd,) = self._taken.values()
        return fd

    def __getitem__(self, name):
        """The descriptor of that path, or of a member of that name."""
        for path, fd in self._taken.items():
            if name in (path, path.rpartition("/")[2]):
                return fd
        raise KeyError(name)

    def __len__(self):
        return len(self._taken)

    def items(self):
        return self._taken.items()

    def close(self):
        """Closes the descriptors, and last the handle: with it ends the claim."""
        taken, self._taken = self._taken, {}
        handle, self.handle = self.handle, None
        for fd in taken.values():
            os.close(fd)
        if handle is not None:
            os.close(handle)

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()


class Mount:
    """A connection to the exchange socket of a mount."""

    def __init__(self, mountpoint):
        self._exchange = None
        self._root = os.open(mountpoint, os.O_PATH | os.O_DIRECTORY)
        try:
            self._exchange = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            # An address holds 107 bytes, a mount point may be longer: by its number it always fits.
            self._exchange.connect(f"/proc/self/fd/{self._root}/.fdbox/exchange")
        except BaseException:
            self.close()
            raise

    def put(self, name, fd, poll=False):
        """Puts a descriptor. With poll the entry goes when the descriptor hangs up."""
        self.put_all({name: fd}, poll)

    def put_all(self, descriptors, poll=False):
        """Puts the descriptors of a dictionary under their names, all of them or none."""
        how = ["FDSTORE=1"] + ["FDPOLL=1"] * poll
        self._call(how + _named(descriptors), descriptors.values(), 0)

    def remove(self, name):
        self._call(["FDSTOREREMOVE=1"] + _named([name]), [], 0)

    def take(self, name, access=None, move=False):
        """Takes by name and returns the descriptor. The claim is the connection's.

        The access is os.O_RDONLY, os.O_WRONLY or os.O_RDWR; without it, all that the descriptor was
        put for. With move the entry leaves the box, as in the methods below: have descriptors to
        spare then, for what an answer brings and this process cannot hold (EMFILE) is gone.
        """
        how = [] if access is None else ["FDACCESS=" + ACCESS[access]]
        return self._take(move, how + _named([name]), [], 1).popitem()[1]

    def take_handle(self, handle, move=False):
        """Takes what an open handle of the mount stands for. The claim is the handle's."""
        return self._take(move, [], [handle], 1).popitem()[1]

    def take_group(self, directory, move=False):
        """Takes all members of a group, or none, by an open handle of its directory.

        Returns a dictionary of paths and descriptors, each behind those that it depends on.
        """
        return self._take(move, [], [directory], None)

    def open(self, name, flags=os.O_RDONLY):
        """Opens an entry and takes by that handle: a Claim. With os.O_CREAT it is new memory."""
        return self._claim(name, flags, 1)

    def take_all(self, group):
        """Opens the directory of a group and takes all of its members: a Claim."""
        return self._claim(group, os.O_RDONLY | os.O_DIRECTORY, None)

    def list(self, directory=None):
        """What is in a directory: pairs of path and kind, which is None for directories."""
        answer, _ = self._call(["FDLIST=1"] + _named([directory] if directory else []), [], 0)
        nodes = []
        for key, value in answer:
            if key == "FDNAME":
                nodes.append((value.rstrip("/"), None))
            elif key == "FDKIND" and nodes:
                nodes[-1] = (nodes[-1][0], value)
        return nodes

    def close(self):
        """Ends the connection, and the claims on what was taken by name."""
        self._hang_up()
        root, self._root = self._root, None
        if root is not None:
            os.close(root)

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()

    def _hang_up(self):
        if self._exchange is not None:
            self._exchange.close()
            self._exchange = None

    def _claim(self, path, flags, count):
        _check(path)
        handle = os.open(path, flags | os.O_NOFOLLOW, 0o600, dir_fd=self._root)
        try:
            return Claim(handle, self._take(False, [], [handle], count))
        except BaseException:
            os.close(handle)
            raise

    def _take(self, move, lines, handles, count):
        how = ["FDTAKE=move" if move else "FDTAKE=1"]
        answer, fds = self._call(how + lines, handles, count)
        return dict(zip((value for key, value in answer if key == "FDNAME"), fds))

    def _call(self, lines, fds, count):
        """A request and its answer: lines, and as many descriptors as asked for; None is any."""
        if self._exchange is None:
            raise OSError(errno.ENOTCONN, "the connection was lost")
        control = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", fds))] if fds else []
        try:
            self._exchange.sendmsg([os.fsencode("\n".join(lines) + "\n")], control)
        except (BrokenPipeError, ConnectionResetError):
            pass  # One that closed the connection may have said before why.
        received = array.array("i")
        try:
            text, complete = self._receive(received)
            error, why, answer = _parse(text)
            if complete:
                _check_descriptors(answer, len(received), count if error == 0 else 0)
        except BaseException:
            # From here on nobody knows which answer belongs to which request.
            _close_all(received)
            self._hang_up()
            raise
        if error != 0:
            _close_all(received)
            raise OSError(error, why or os.strerror(error))
        if not complete:
            _close_all(received)
            raise OSError(errno.EMFILE, "no room for the descriptors of the answer")
        return answer, received

    def _receive(self, received):
        """Fills the array first of all, so that no descriptor is lost whatever else is wrong."""
        room = socket.CMSG_SPACE(DESCRIPTORS * received.itemsize)
        try:
            message = self._exchange.recvmsg(MESSAGE, room, socket.MSG_CMSG_CLOEXEC)
        except ConnectionResetError:
            # It is told once, before the answer that may wait behind it.
            message = self._exchange.recvmsg(MESSAGE, room, socket.MSG_CMSG_CLOEXEC)
        text, control, flags, _ = message
        for level, kind, data in control:
            if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
                received.frombytes(data[: len(data) - len(data) % received.itemsize])
        if not text:
            raise OSError(errno.ECONNRESET, "the mount has closed the connection")
        if flags & socket.MSG_TRUNC:
            raise OSError(errno.EPROTO, "the answer is too long")
        return os.fsdecode(text), not flags & socket.MSG_CTRUNC


def _check(path):
    """What would leave the mount, or end a line of the message early, never leaves this process."""
    if "\n" in path or "\0" in path:
        raise OSError(errno.EINVAL, "a name with a newline or NUL", path)
    if any(part in ("", ".", "..") for part in path.split("/")):
        raise OSError(errno.EINVAL, "a path with an empty part, . or ..", path)


def _named(paths):
    for path in paths:
        _check(path)
    return ["FDNAME=" + path for path in paths]


def _parse(text):
    """Takes an answer apart: the number of the error, the sentence, and all other lines."""
    first, *lines = text.removesuffix("\n").split("\n")
    key, _, number = first.partition("=")
    understood = "\0" not in text and key == "ERRNO" and number.isascii() and number.isdecimal()
    if not understood or int(number) > 4095:
        raise OSError(errno.EPROTO, "the answer is not understood")
    pairs = [tuple(line.split("=", 1)) for line in lines if "=" in line]
    return int(number), dict(pairs).get("WHY"), pairs


def _check_descriptors(answer, found, wanted):
    """There have to be as many as were asked for, each with a name of its own."""
    names = [value for key, value in answer if key == "FDNAME"]
    if found != (len(names) if wanted is None else wanted):
        raise OSError(errno.EPROTO, "the answer has not what was asked for")
    if found and not found == len(names) == len(set(names)):
        raise OSError(errno.EPROTO, "the answer has not a name for each descriptor")


def _close_all(fds):
    for fd in fds:
        os.close(fd)
