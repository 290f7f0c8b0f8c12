#!/usr/bin/env python3
"""Tests of fdboxfs.py: what it does on a mount, and what it makes of one that lies (liar.py).

    test.py real MOUNT
    test.py lie MOUNT put|take|group ERRNO lost|kept

Says nothing when all is well, and ends with a trace at the first thing that is not.
"""

import ctypes
import errno
import fcntl
import mmap
import os
import resource
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "python"))
import fdboxfs  # noqa: E402

SYS_KCMP = {"x86_64": 312, "aarch64": 272}[os.uname().machine]
LIBC = ctypes.CDLL(None, use_errno=True)


def same(one, two):
    """Whether they are the same open file, and not just the same content."""
    return LIBC.syscall(SYS_KCMP, os.getpid(), os.getpid(), 0, one, two) == 0


def open_descriptors():
    return len(os.listdir("/proc/self/fd"))


def refused(error, call, *arguments, **keywords):
    try:
        call(*arguments, **keywords)
    except OSError as refusal:
        assert refusal.errno == error, f"{refusal} instead of {errno.errorcode[error]}"
        assert refusal.strerror, refusal
    else:
        raise AssertionError(f"not refused, {errno.errorcode[error]} expected")


def new_memory(content=b"content"):
    fd = os.memfd_create("test")
    os.write(fd, content)
    return fd


class Tests:
    def __init__(self, mountpoint):
        self.mountpoint = mountpoint
        self.box = fdboxfs.Mount(mountpoint)

    def run(self):
        self.mkdir("p")
        for name in [name for name in dir(self) if name.startswith("test_")]:
            before = open_descriptors()
            getattr(self, name)()
            assert open_descriptors() == before, f"{name} leaks"
            assert os.listdir(self.path("p")) == [], f"{name} leaves entries"
        os.rmdir(self.path("p"))
        self.box.close()

    def path(self, name):
        return os.path.join(self.mountpoint, name)

    def mkdir(self, name, link=None):
        os.mkdir(self.path(name), 0o700)
        if link:
            os.setxattr(self.path(name), "user.fdbox.link", link)

    def claims_become(self, name, wanted):
        """Claims end when the mount has been told of the close, a moment after it."""
        deadline = time.monotonic() + 5
        while os.getxattr(self.path(name), "user.fdbox.claims") != wanted:
            assert time.monotonic() < deadline, f"{name} has not {wanted} claims"
            time.sleep(0.01)

    def test_what_is_put_is_what_is_taken(self):
        memory = new_memory()
        self.box.put("p/memory", memory)
        fd = self.box.take("p/memory")
        assert same(fd, memory) and not os.get_inheritable(fd)
        os.lseek(memory, 3, os.SEEK_SET)
        assert os.lseek(fd, 0, os.SEEK_CUR) == 3
        os.close(fd)
        with self.box.open("p/memory", os.O_RDWR) as claim:
            assert same(claim.fd, memory) and same(claim["memory"], memory)
            assert not os.get_inheritable(claim.fd) and not os.get_inheritable(claim.handle)
            assert len(claim) == 1 and list(claim.items()) == [("p/memory", claim.fd)]
        self.box.put("p/memory", memory)
        other = new_memory()
        refused(errno.EEXIST, self.box.put, "p/memory", other)
        os.close(other)
        os.close(memory)
        self.box.remove("p/memory")
        refused(errno.ENOENT, self.box.take, "p/memory")
        refused(errno.ENOENT, self.box.open, "p/memory")

    def test_a_claim_lasts_as_long_as_its_handle(self):
        event = os.eventfd(0)
        self.box.put("p/event", event)
        with self.box.open("p/event", os.O_RDWR):
            self.claims_become("p/event", b"1")
        self.claims_become("p/event", b"0")
        with fdboxfs.Mount(self.mountpoint) as other:
            os.close(other.take("p/event"))
            self.claims_become("p/event", b"1")
        self.claims_become("p/event", b"0")
        os.close(event)
        self.box.remove("p/event")

    def policy(self, text):
        with open(self.path(".fdbox/policy"), "w") as policy:
            policy.write(text)

    def test_who_has_closed_the_handle_can_open_again(self):
        event = os.eventfd(0)
        self.box.put("p/event", event)
        # Who had it from the start would still have it when the handle is closed.
        os.close(event)
        self.policy("version: 1\nrules: [{ id: once, match: { entry: event }, opens: 1 }]\n")
        try:
            for _ in range(200):
                with self.box.open("p/event", os.O_RDWR):
                    refused(errno.EBUSY, self.box.open, "p/event", os.O_RDWR)
        finally:
            self.policy("version: 1\n")
        self.box.remove("p/event")

    def check_read_only(self, fd):
        assert fcntl.fcntl(fd, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY
        assert os.pread(fd, 7, 0) == b"content"
        refused(errno.EBADF, os.pwrite, fd, b"x", 0)
        refused(errno.EACCES, mmap.mmap, fd, 7, mmap.MAP_SHARED, mmap.PROT_WRITE)

    def test_read_only_is_read_only(self):
        memory, event = new_memory(), os.eventfd(0)
        self.box.put_all({"p/memory": memory, "p/event": event})
        with self.box.open("p/memory", os.O_RDONLY) as claim:
            self.check_read_only(claim.fd)
        fd = self.box.take("p/memory", os.O_RDONLY)
        self.check_read_only(fd)
        refused(errno.EACCES, self.box.open, "p/event", os.O_RDONLY)
        refused(errno.EACCES, self.box.take, "p/event", os.O_RDONLY)
        for each in (fd, memory, event):
            os.close(each)
        self.box.remove("p/memory")
        self.box.remove("p/event")

    def test_names_that_would_be_something_else_are_not_sent(self):
        event = os.eventfd(0)
        bad = ["p/a\nFDPOLL=1", "\n", "p/a\0", "", "/", "p/", "/p/a", "p//a", "p/../a", "..", "."]
        for name in bad:
            refused(errno.EINVAL, self.box.put, name, event)
            refused(errno.EINVAL, self.box.take, name)
            refused(errno.EINVAL, self.box.remove, name)
            refused(errno.EINVAL, self.box.open, name)
            refused(errno.EINVAL, self.box.take_all, name)
            if name:
                refused(errno.EINVAL, self.box.list, name)
        # What only looks so is a name as any other.
        for name in ["p/...", "p/.hidden=\t\\", "p/\u00fc\U0001f4e6"]:
            self.box.put(name, event)
            assert self.box.list("p") == [(name, "eventfd")]
            self.box.remove(name)
        refused(errno.EPERM, self.box.put, ".fdbox/a", event)
        refused(errno.EPERM, self.box.put, "at-the-root", event)
        os.close(event)

    def test_what_is_no_handle_is_refused(self):
        event = os.eventfd(0)
        refused(errno.EXDEV, self.box.take_handle, event)
        refused(errno.EXDEV, self.box.take_handle, event, move=True)
        os.close(event)
        refused(errno.EBADF, self.box.take_handle, event)
        self.mkdir("p/plain")
        refused(errno.EISDIR, self.box.take_all, "p/plain")
        refused(errno.EISDIR, self.box.take, "p/plain")
        os.rmdir(self.path("p/plain"))
        refused(errno.EBADF, self.box.open, ".fdbox/status")

    def test_as_many_as_fit_into_a_message(self):
        self.mkdir("p/many", b"reserve")
        put = {f"p/many/{i:03}": os.eventfd(0) for i in range(fdboxfs.DESCRIPTORS)}
        one_more = os.eventfd(0)
        refused(errno.EINVAL, self.box.put_all, put | {"p/one": one_more})
        refused(errno.ENOENT, self.box.take, "p/one")
        self.box.put_all(put)
        with self.box.take_all("p/many") as group:
            assert group.items() == put.items() or len(group) == len(put)
            assert all(same(fd, put[name]) for name, fd in group.items())
            assert sorted(put) == sorted(name for name, _ in group.items())
        assert sorted(self.box.list("p/many")) == [(name, "eventfd") for name in sorted(put)]
        assert self.box.list("p") == [("p/many", None)]
        assert ("p", None) in self.box.list()
        # One of two cannot be put, so none is.
        refused(errno.EEXIST, self.box.put_all, {"p/one": one_more, "p/many/000": one_more})
        refused(errno.ENOENT, self.box.take, "p/one")
        for name, fd in put.items():
            self.box.remove(name)
            os.close(fd)
        os.close(one_more)
        os.rmdir(self.path("p/many"))

    def make_group(self):
        self.mkdir("p/group", b"in-order")
        fds = [os.eventfd(0) for _ in range(3)]
        self.box.put_all(dict(zip(("p/group/a", "p/group/b", "p/group/c"), fds)))
        os.setxattr(self.path("p/group/a"), "user.fdbox.after", b"c")
        os.setxattr(self.path("p/group/c"), "user.fdbox.after", b"b")
        for fd in fds:
            os.close(fd)

    def move_group_out(self):
        directory = os.open(self.path("p/group"), os.O_RDONLY | os.O_DIRECTORY)
        taken = self.box.take_group(directory, move=True)
        assert list(taken) == ["p/group/b", "p/group/c", "p/group/a"]
        for fd in [*taken.values(), directory]:
            os.close(fd)
        os.rmdir(self.path("p/group"))

    def in_another_process(self, check):
        """Lets a child check what it gets."""
        child = os.fork()
        if child == 0:
            try:
                check(fdboxfs.Mount(self.mountpoint))
                os._exit(0)
            except BaseException as failure:
                print(f"{failure!r} in another process", file=sys.stderr, flush=True)
            finally:
                os._exit(1)
        assert os.waitpid(child, 0) == (child, 0)

    def test_a_group_comes_in_order_and_is_held_as_a_whole(self):
        self.make_group()
        with self.box.take_all("p/group") as group:
            assert [name for name, _ in group.items()] == ["p/group/b", "p/group/c", "p/group/a"]
            assert group["a"] == group["p/group/a"]
            self.claims_become("p/group/a", b"1")
            self.in_another_process(lambda box: refused(errno.EBUSY, box.take_all, "p/group"))
        self.in_another_process(lambda box: box.take_all("p/group").close())
        self.move_group_out()

    def test_moved_is_gone(self):
        event = os.eventfd(0)
        self.box.put("p/event", event)
        fd = self.box.take("p/event", move=True)
        assert same(fd, event)
        refused(errno.ENOENT, self.box.take, "p/event")
        os.close(fd)
        self.box.put("p/event", event)
        handle = os.open(self.path("p/event"), os.O_RDWR)
        fd = self.box.take_handle(handle, move=True)
        assert same(fd, event)
        refused(errno.ENOENT, self.box.take, "p/event")
        for each in (fd, handle, event):
            os.close(each)

    def test_no_room_is_no_leak(self):
        """What came while there was room for some of it only is closed, and the connection goes on."""
        self.make_group()
        directory = os.open(self.path("p/group"), os.O_RDONLY | os.O_DIRECTORY)
        before = open_descriptors()
        limit = resource.getrlimit(resource.RLIMIT_NOFILE)
        free = os.dup(directory)
        os.close(free)
        resource.setrlimit(resource.RLIMIT_NOFILE, (free + 2, limit[1]))
        try:
            refused(errno.EMFILE, self.box.take_group, directory)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, limit)
        assert open_descriptors() == before
        os.close(directory)
        self.move_group_out()


def lie(mountpoint, which, error, connection):
    calls = {
        "put": lambda: box.put("a/b", 0),
        "take": lambda: box.take("a/b"),
        "group": lambda: box.take_group(0),
    }
    with fdboxfs.Mount(mountpoint) as box:
        before, lost = open_descriptors(), connection == "lost"
        refused(int(error), calls[which])
        assert open_descriptors() == before - lost
        # A connection that was not given up is found closed by the other end.
        refused(errno.ENOTCONN if lost else errno.ECONNRESET, calls[which])


def main():
    before = open_descriptors()
    if sys.argv[1] == "real":
        Tests(sys.argv[2]).run()
    else:
        lie(*sys.argv[2:])
    refused(errno.ENOENT, fdboxfs.Mount, "/nowhere")
    refused(errno.ENOENT, fdboxfs.Mount, "/tmp")
    assert open_descriptors() == before


main()
