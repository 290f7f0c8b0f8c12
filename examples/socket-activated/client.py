#!/usr/bin/env python3
"""A client that is never idle and forgives nothing: it has many connections to a server, and on
each sends one numbered request after the other.

    client.py PORT

Lines on standard input tell it what to do: "connect N" makes N more connections, "end" lets each
get the answer to its last request and ends. It prints what can be waited for: how many connections
there are, and when all of them have been answered by a new generation of the server. In the end it
prints an account, and exits with 0 if each request was answered on the connection where it was
asked, with the right total.
"""

import collections
import socket
import struct
import sys
import threading
import time

REQUEST = struct.Struct("!QQ")
ANSWER = struct.Struct("!QQQ")
PATIENCE_SECONDS = 20
PAUSE_SECONDS = 0.002


class Client:
    def __init__(self, port):
        self._address = ("127.0.0.1", port)
        self._lock = threading.Lock()
        self._conversations = []
        self._ending = threading.Event()
        # What follows is changed under the lock.
        self._answers = collections.Counter()
        self._reached = collections.defaultdict(set)
        self._repeated = 0
        self._longest = 0.0
        self._lost = []

    def connect(self, count):
        for _ in range(count):
            connection = socket.create_connection(self._address)
            connection.settimeout(PATIENCE_SECONDS)
            conversation = threading.Thread(target=self._converse, args=(connection,))
            self._conversations.append(conversation)
        for conversation in self._conversations[-count:]:
            conversation.start()
        print(f"{len(self._conversations)} connections", flush=True)

    def end(self):
        self._ending.set()
        for conversation in self._conversations:
            conversation.join()
        for generation, count in sorted(self._answers.items()):
            print(f"generation {generation} gave {count} answers")
        print(f"answers given twice: {self._repeated}")
        print(f"the longest wait for an answer was {self._longest * 1000:.0f} ms")
        print(f"{len(self._lost)} of {len(self._conversations)} connections were lost", flush=True)
        return not self._lost

    def _converse(self, connection):
        number, total = 0, 0
        try:
            with connection:
                while not self._ending.is_set():
                    number += 1
                    total += number
                    self._ask(connection, number, total)
                    time.sleep(PAUSE_SECONDS)
        except (OSError, ValueError) as failure:
            with self._lock:
                self._lost.append(failure)
            print(f"LOST at request {number}: {failure}", flush=True)

    def _ask(self, connection, number, total):
        """Sends a request and waits for its answer."""
        begin = time.monotonic()
        connection.sendall(REQUEST.pack(number, number))
        # A server killed between an answer and taking the request off leaves it to be answered again.
        expected = {number: total, number - 1: total - number}
        repeated = 0
        while True:
            answer = connection.recv(ANSWER.size, socket.MSG_WAITALL)
            if len(answer) < ANSWER.size:
                raise ConnectionResetError("the server closed the connection")
            answered, sum_of_all, generation = ANSWER.unpack(answer)
            if expected.get(answered) != sum_of_all:
                raise ValueError(f"the answer to {answered} is {sum_of_all}, not {expected}")
            if answered == number:
                break
            repeated += 1
        self._note(connection, generation, repeated, time.monotonic() - begin)

    def _note(self, connection, generation, repeated, seconds):
        with self._lock:
            self._answers[generation] += 1
            self._repeated += repeated
            self._longest = max(self._longest, seconds)
            reached = self._reached[generation]
            new = connection not in reached
            reached.add(connection)
            if new and len(reached) == len(self._conversations):
                print(f"all {len(reached)} answered by generation {generation}", flush=True)


def main():
    client = Client(int(sys.argv[1]))
    for line in sys.stdin:
        if line.startswith("connect "):
            client.connect(int(line.split()[1]))
        elif line == "end\n":
            break
    sys.exit(0 if client.end() else 1)


if __name__ == "__main__":
    main()
