#!/usr/bin/env python3
"""Mounts that answer wrongly, to see what clients make of it.

    liar.py DIRECTORY

For each lie below there is a DIRECTORY/NAME/.fdbox/exchange. Prints a line for each: its name, the
call to make (put one descriptor, take one entry by name, or take a group), the errno that has to come
out, and whether the connection is lost by it; then "end". Ends with the end of standard input.
"""

import array
import errno
import os
import socket
import sys
import threading

WHY = "ERRNO=17\nWHY=a sentence\n"

# name: call, errno, lost or kept, answers: (text, number of descriptors) each
LIES = {
    "closed": ("take", errno.ECONNRESET, "lost", []),
    "closed-unread": ("take", errno.ECONNRESET, "lost", []),
    "closed-with-why": ("take", errno.EEXIST, "kept", [(WHY, 0)]),
    "empty": ("take", errno.ECONNRESET, "lost", [("", 0)]),
    "empty-with-descriptors": ("take", errno.ECONNRESET, "lost", [("", 3)]),
    "no-text": ("take", errno.EPROTO, "lost", [("ERRNO=0\0\nFDNAME=a/b\n", 1)]),
    "too-long": ("group", errno.EPROTO, "lost", [("ERRNO=0\n" + "FDNAME=a/b\n" * 6000, 253)]),
    "no-errno": ("take", errno.EPROTO, "lost", [("FDNAME=a/b\n", 1)]),
    "no-number": ("take", errno.EPROTO, "lost", [("ERRNO=EBUSY\n", 0)]),
    "negative": ("take", errno.EPROTO, "lost", [("ERRNO=-1\n", 0)]),
    "half-a-number": ("take", errno.EPROTO, "lost", [("ERRNO=1x\n", 0)]),
    "no-errno-of-linux": ("take", errno.EPROTO, "lost", [("ERRNO=99999999999\n", 0)]),
    "no-descriptor": ("take", errno.EPROTO, "lost", [("ERRNO=0\nFDNAME=a/b\n", 0)]),
    "too-many": ("take", errno.EPROTO, "lost", [("ERRNO=0\nFDNAME=a/b\nFDNAME=a/c\n", 2)]),
    "no-name": ("take", errno.EPROTO, "lost", [("ERRNO=0\n", 1)]),
    "fewer-names": ("group", errno.EPROTO, "lost", [("ERRNO=0\nFDNAME=a/b\n", 2)]),
    "more-names": ("group", errno.EPROTO, "lost", [("ERRNO=0\n" + "FDNAME=a/b\n" * 300, 253)]),
    "refusal-with-descriptors": ("take", errno.EPROTO, "lost", [(WHY, 253)]),
    "gift-for-a-put": ("put", errno.EPROTO, "lost", [("ERRNO=0\nFDNAME=a/b\n", 1)]),
    "long-why": ("take", errno.EBUSY, "kept", [("ERRNO=16\nWHY=" + "?" * 60000 + "\n", 0)]),
    "no-why": ("take", errno.EBUSY, "kept", [("ERRNO=16", 0)]),
    "unknown-lines": ("take", errno.EBUSY, "kept", [("ERRNO=16\nNONSENSE\nX=Y\nWHY=so\n", 0)]),
}

# These do not wait for the request.
HASTY = {"closed-unread", "closed-with-why"}


def answer(connection, answers):
    fd = os.open("/dev/null", os.O_RDONLY)
    for text, count in answers:
        fds = array.array("i", [fd] * count)
        control = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, fds)] if count else []
        connection.sendmsg([text.encode()], control)
    os.close(fd)


def lie(listener, name, answers):
    while True:
        connection, _ = listener.accept()
        with connection:
            if name not in HASTY:
                connection.recv(65536)
            answer(connection, answers)


def main(directory):
    for name, (call, error, connection, answers) in LIES.items():
        control = os.path.join(directory, name, ".fdbox")
        os.makedirs(control)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        # By its number, as the path may be too long for an address.
        fd = os.open(control, os.O_PATH)
        listener.bind(f"/proc/self/fd/{fd}/exchange")
        os.close(fd)
        listener.listen()
        threading.Thread(target=lie, args=(listener, name, answers), daemon=True).start()
        print(name, call, error, connection)
    print("end", flush=True)
    sys.stdin.read()


main(sys.argv[1])
