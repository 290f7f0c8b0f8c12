"""A QEMU as a child process: its monitor (QMP) and what its guest writes."""

import collections
import json
import queue
import socket
import subprocess
import threading
import time

DEADLINE = 20


class QemuError(Exception):
    """QEMU ended, refused a command, or was silent for too long."""


class Console:
    """The lines that a guest writes, each with the time at which it arrived; the last may be half a line."""

    def __init__(self, stream):
        self._stream = stream
        self._lines = queue.Queue()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self):
        with self._stream:
            for line in self._stream:
                self._lines.put((time.time(), line))
        self._lines.put(None)

    def next(self):
        """The next line, or None when QEMU has ended and everything was read."""
        try:
            return self._lines.get(timeout=DEADLINE)
        except queue.Empty:
            raise QemuError(f"the guest wrote nothing for {DEADLINE} s") from None

    def rest(self):
        """What a QEMU that has ended had still written."""
        return list(iter(self.next, None))


class Qemu:
    """The monitor is one end of a socket pair: nothing to wait for, and nothing is left on disk."""

    def __init__(self, arguments):
        ours, theirs = socket.socketpair()
        self.started = time.time()
        with theirs:
            monitor = ["-chardev", f"socket,id=qmp,fd={theirs.fileno()}", "-mon", "chardev=qmp,mode=control"]
            # It is not to outlive this process, however that one ends.
            self._process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL"] + arguments + monitor,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                text=True,
                pass_fds=[theirs.fileno()],
            )
        self.pid = self._process.pid
        self.console = Console(self._process.stdout)
        self._events = collections.deque()
        self._socket = ours
        self._socket.settimeout(DEADLINE)
        self._monitor = ours.makefile("r")
        try:
            self._receive()
            self.command("qmp_capabilities")
        except BaseException:
            self.kill()
            raise

    def command(self, name, *descriptors, **arguments):
        """Runs a command and gives its answer; descriptors travel with it."""
        message = json.dumps({"execute": name, "arguments": arguments}).encode()
        socket.send_fds(self._socket, [message], descriptors)
        while True:
            answer = self._receive()
            if "return" in answer:
                return answer["return"]
            if "error" in answer:
                raise QemuError(f"{name}: {answer['error']['desc']}")
            self._events.append(answer)

    def event(self, name, **data):
        """Passes over events, old and new, to one with this data, and gives its time."""
        while True:
            event = self._events.popleft() if self._events else self._receive()
            if event["event"] == name and data.items() <= event.get("data", {}).items():
                stamp = event["timestamp"]
                return stamp["seconds"] + stamp["microseconds"] / 1e6

    def reach(self, status):
        """Waits until the machine has this status; there is no event for all of them."""
        deadline = time.monotonic() + DEADLINE
        while self.command("query-status")["status"] != status:
            if time.monotonic() > deadline:
                raise QemuError(f"the machine did not become {status}")
            time.sleep(0.001)

    def registers(self):
        """The general registers, instruction pointer and flags of the guest."""
        text = self.command("human-monitor-command", **{"command-line": "info registers"})
        wanted = ("EAX", "EBX", "ECX", "EDX", "ESI", "EDI", "EBP", "ESP", "EIP", "EFL")
        pairs = (word.partition("=") for word in text.split())
        return {name: value for name, _, value in pairs if name in wanted}

    def wait(self):
        """Waits for the end of the process and gives its status."""
        return self._process.wait(DEADLINE)

    def kill(self):
        self._process.kill()
        self._process.wait()
        self._monitor.close()
        self._socket.close()

    def _receive(self):
        try:
            line = self._monitor.readline()
        except TimeoutError:
            raise QemuError(f"QEMU said nothing for {DEADLINE} s") from None
        if not line:
            raise QemuError(f"QEMU ended with status {self.wait()}")
        return json.loads(line)
