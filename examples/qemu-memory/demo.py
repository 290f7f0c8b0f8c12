"""Replaces a QEMU process below a running guest. demo.sh prepares the mount and the guest and starts this."""

import errno
import json
import os
import shlex
import signal
import struct
import subprocess
import sys

from qemu import Qemu, QemuError

RAM, STATE = "box/vm1/ram", "box/vm1/state"
RAM_SIZE = 256 << 20

# As in guest.S.
COUNT, RING, RING_PAGES = 2 << 20, 16 << 20, 4096
PATTERN, PATTERN_SIZE = 128 << 20, 4096
LINE = 1 << 20

QEMU = shlex.split(
    "qemu-system-x86_64 -accel tcg -nodefaults -no-user-config -display none"
    f" -object memory-backend-file,id=ram,mem-path={RAM},size=256M,share=on"
    " -machine pc,memory-backend=ram -m 256M -kernel guest"
    " -chardev stdio,id=console,signal=off -serial chardev:console"
)
SECOND = QEMU + ["-S", "-incoming", "defer"]

# Far more than the registers and devices of such a machine take, far less than its memory.
STATE_LIMIT = 1 << 20


class Failed(Exception):
    """Something is not as this demo claims."""


def check(true, claim):
    if not true:
        raise Failed(claim)


BOLD, GREEN, DIM, PLAIN = ("\033[1m", "\033[32m", "\033[2m", "\033[0m") if sys.stdout.isatty() else [""] * 4


def chapter(text):
    print(f"\n{BOLD}{text}{PLAIN}", flush=True)


def say(text):
    print(f"{DIM}# {text}{PLAIN}", flush=True)


def prompt(command):
    print(f"{GREEN}${PLAIN} {command}", flush=True)


def run(command):
    prompt(command)
    subprocess.run(command, shell=True, check=True)


class Counting:
    """What the guest is to write next, whichever process runs it."""

    def __init__(self, pattern):
        self.last = 0
        self.begun = ""
        self.sum = 0
        for (word,) in struct.iter_unpack("<I", pattern):
            self.sum = ((self.sum << 1 | self.sum >> 31) + word) & 0xFFFFFFFF

    def line(self, count):
        return f"{count:016x} {self.sum:08x}"

    def follow(self, text):
        """A line that one process has begun may be ended by the next."""
        self.begun += text
        if self.begun.endswith("\n"):
            line, self.begun = self.begun[:-1], ""
            expected = self.line(self.last + LINE)
            check(line == expected, f"the guest should write '{expected}', and writes '{line}'")
            self.last += LINE

    def read(self, qemu, lines):
        """Reads that many lines; shows the first and the last. Gives the time of the first."""
        times = []
        for number in range(lines):
            time, text = qemu.console.next() or (None, "nothing, for it has ended\n")
            self.follow(text)
            times.append(time)
            if number in (0, lines - 1):
                print(f"  {self.line(self.last)}", flush=True)
            elif number == 1:
                print("  ...", flush=True)
        return times[0]


def read_memory(offset, size):
    with open(RAM, "rb", buffering=0) as ram:
        return os.pread(ram.fileno(), size, offset)


def read_count():
    return int.from_bytes(read_memory(COUNT, 8), "little")


def pages_in_use():
    """How many pages the memory has, asked past all caches: what lies between its holes."""
    with open(RAM, "rb", buffering=0) as ram:
        end = pages = 0
        while True:
            try:
                start = os.lseek(ram.fileno(), end, os.SEEK_DATA)
            except OSError as error:
                if error.errno == errno.ENXIO:
                    return pages
                raise
            end = os.lseek(ram.fileno(), start, os.SEEK_HOLE)
            pages += (end - start) // 4096


def tell(qemu, name, *descriptors, **arguments):
    """Shows a command to QEMU and runs it."""
    print(f"{GREEN}QMP {qemu.pid}>{PLAIN} {name} {json.dumps(arguments) if arguments else ''}", flush=True)
    return qemu.command(name, *descriptors, **arguments)


def allow(qemu, ignore_shared):
    states = {"x-ignore-shared": ignore_shared, "events": True}
    listed = [{"capability": name, "state": state} for name, state in states.items()]
    tell(qemu, "migrate-set-capabilities", capabilities=listed)


def hand_over(qemu, path, flags):
    """Opens a file and sends QEMU the descriptor, to be known to it as fd:state."""
    descriptor = os.open(path, flags, 0o600)
    print(f"{DIM}# with a descriptor of {path}:{PLAIN}")
    try:
        tell(qemu, "getfd", descriptor, fdname="state")
    finally:
        os.close(descriptor)


def save(qemu, path=STATE, ignore_shared=True):
    """Stops the guest and writes its state. Gives the times of both, and QEMU's statistics."""
    allow(qemu, ignore_shared)
    hand_over(qemu, path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    tell(qemu, "migrate", uri="fd:state")
    stopped = qemu.event("STOP")
    completed = qemu.event("MIGRATION", status="completed")
    qemu.reach("postmigrate")
    return stopped, completed, qemu.command("query-migrate")["ram"]


def load(qemu):
    allow(qemu, ignore_shared=True)
    hand_over(qemu, STATE, os.O_RDONLY)
    tell(qemu, "migrate-incoming", uri="fd:state")
    return qemu.event("MIGRATION", status="completed")


class Demo:
    def __init__(self):
        self.children = []
        self.pattern = os.urandom(PATTERN_SIZE)
        self.counting = Counting(self.pattern)

    def start(self, arguments):
        qemu = Qemu(arguments)
        self.children.append(qemu)
        return qemu

    def end(self):
        for qemu in self.children:
            qemu.kill()

    def first(self):
        chapter("1. A guest whose memory is an entry")
        run(f"truncate -s {RAM_SIZE >> 20}M {RAM}")
        say(f"we leave {PATTERN_SIZE} random bytes in the middle, for the guest to sum up with every line")
        with open(RAM, "r+b", buffering=0) as ram:
            os.pwrite(ram.fileno(), self.pattern, PATTERN)
        prompt(shlex.join(QEMU) + " &")
        qemu = self.start(QEMU)
        say("it writes where it has counted to, and the sum")
        self.counting.read(qemu, 10)
        say("the count itself, in the entry, and the next line that passes it")
        count = read_count()
        print(f"  {count:016x}", flush=True)
        check(count >= self.counting.last, "the count in the entry is not behind what was written")
        self.counting.read(qemu, (count - self.counting.last) // LINE + 1)
        return qemu

    def second_is_refused(self):
        chapter("2. One QEMU at a time")
        say("the policy lets one open this memory for writing, so that nobody starts a second by mistake")
        run("cat policy.yaml")
        run("fdboxfs ls box")
        prompt(shlex.join(QEMU[:1]) + " ... the same again")
        try:
            self.start(QEMU)
        except QemuError:
            run("tail -n 1 box/.fdbox/denials")
        else:
            raise Failed("a second QEMU runs in the same memory")

    def replace(self, old):
        chapter("3. Another process, the same guest")
        inode, pages = os.stat(RAM).st_ino, pages_in_use()
        say("stop; write registers and devices, but not the memory, into another entry")
        stopped, saved, statistics = save(old)
        registers, count = old.registers(), read_count()
        tell(old, "quit")
        check(old.wait() == 0, "the old QEMU ends well")
        say(f"process {old.pid} has ended; start another that takes the same entry, and load")
        prompt("qemu-system-x86_64 ... the same, and " + shlex.join(SECOND[len(QEMU) :]) + " &")
        new = self.start(SECOND)
        loaded = load(new)
        same = new.registers() == registers and read_count() == count
        tell(new, "cont")
        going = new.event("RESUME")

        check(same, "registers and count are those of the old process")
        say(f"process {new.pid} goes on; the old one had written")
        self.finish(old)
        say("and the new one writes")
        arrived = self.counting.read(new, 10)
        check(read_count() >= self.counting.last, "the new one counts in the entry")
        check(read_memory(PATTERN, PATTERN_SIZE) == self.pattern, "the bytes of the host are unchanged")
        say("no count is missing, none comes twice, and the sum is the same")
        used = pages_in_use()
        say(f"the memory had {pages} pages in use, and has {used}")
        check(os.stat(RAM).st_ino == inode and used <= pages, "the memory is the same, and no page more")
        self.report(
            [
                ("the guest stops", stopped),
                ("its state is in the entry", saved),
                ("the old process has ended, the new one starts", new.started),
                ("the state is loaded", loaded),
                ("the guest goes on", going),
                ("its first line is here", arrived),
            ]
        )
        return new, statistics

    def finish(self, qemu):
        """Reads what a QEMU that has ended had still written, up to an end amid a line."""
        for _, text in qemu.console.rest():
            self.counting.follow(text)
        print(f"  {self.counting.line(self.counting.last)}", flush=True)
        if self.counting.begun:
            print(f"  {self.counting.begun}", flush=True)

    @staticmethod
    def report(moments):
        for what, time in moments:
            print(f"  {(time - moments[0][1]) * 1000:8.1f} ms  {what}", flush=True)

    def compare(self, qemu, statistics):
        chapter("4. What was copied")
        run("ls -ls box/vm1")
        size = os.stat(STATE).st_size
        say("the same machine once more, as if it moved to another host: to /dev/null, memory and all")
        _, _, usual = save(qemu, "/dev/null", ignore_shared=False)
        tell(qemu, "cont")
        self.counting.read(qemu, 2)
        print(f"  memory of the guest                 {RAM_SIZE:12,}")
        print(f"  QEMU's usual way: memory considered {usual['total']:12,}, sent {usual['transferred']:12,}")
        print(f"  x-ignore-shared: memory considered  {statistics['total']:12,}, sent {statistics['transferred']:12,}")
        print(f"  the entry with the state            {size:12,}")
        say("what is left to consider are the ROMs of the machine: they are not in the entry")
        check(size < STATE_LIMIT and statistics["total"] < STATE_LIMIT, "memory was copied")
        check(usual["normal-bytes"] >= RING_PAGES * 4096, "the comparison copies what the guest uses")
        check(usual["total"] - statistics["total"] == RAM_SIZE, "what was left alone is the entry")

    def killed(self, qemu):
        chapter("5. A QEMU that is killed while it saves")
        say("slow enough to be caught in the act")
        allow(qemu, ignore_shared=True)
        tell(qemu, "migrate-set-parameters", **{"max-bandwidth": 4096})
        hand_over(qemu, STATE, os.O_WRONLY | os.O_TRUNC)
        tell(qemu, "migrate", uri="fd:state")
        qemu.event("MIGRATION", status="active")
        check(qemu.command("query-migrate")["status"] == "active", "it is still saving")
        prompt(f"kill -9 {qemu.pid}")
        qemu.kill()
        self.finish(qemu)
        self.memory_is_whole()
        count = read_count()
        say("its registers are lost; what it saved is not enough to go on, and QEMU says so")
        try:
            load(self.start(SECOND))
        except QemuError as error:
            print(f"  {error}")
        else:
            raise Failed("half a state was loaded")
        check(read_count() == count, "the memory is as it was")

    def memory_is_whole(self):
        """The pages of the ring hold the last counts, up to one that was being made."""
        count = read_count()
        ring = read_memory(RING, RING_PAGES * 4096)
        pages = sorted(struct.unpack_from("<I", ring, page * 4096)[0] for page in range(RING_PAGES))
        last = pages[-1]
        check(last in (count - 1, count), "the ring ends with the count")
        check(pages == list(range(last - RING_PAGES + 1, last + 1)), "the ring holds every count before")
        check(count >= self.counting.last, "the count is not behind what was written")
        say(f"the memory is still there, up to the last count: {count:016x}")
        run("fdboxfs ls box")

    def play(self):
        try:
            old = self.first()
            self.second_is_refused()
            new, statistics = self.replace(old)
            self.compare(new, statistics)
            self.killed(new)
        finally:
            self.end()


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        Demo().play()
    except KeyboardInterrupt:
        return 130
    except (Failed, QemuError, OSError, subprocess.CalledProcessError) as error:
        print(f"qemu-memory: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
