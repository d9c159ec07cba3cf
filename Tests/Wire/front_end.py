#!/usr/bin/env python3
"""A front end of vhost-user, hostile or not, without a guest.

  front_end.py SOCKET SECONDS   random messages, descriptors, rings and frames, as long as it takes
  front_end.py SOCKET good      200 frames as a driver sends them, and one to segment; the status is 0
                                if all are taken

Prints how many front ends there were, and what they did.
"""
import collections, mmap, os, random, select, socket, struct, sys, time

import hostile

SIZE, QUEUE_SIZE = 4 << 20, 64
GUEST, USER = 0x40000000, 0x7F0000000000
FEATURES = 1 << 32 | 1 << 30 | 1 << 28 | 1 << 15 | 0x3B83 | 7 << 54
counts, randomness = collections.Counter(), random.Random(11)


def happens(percent):
    return randomness.random() * 100 < percent


class Queue:
    """The driver's side of a ring, in memory from `start` on."""

    def __init__(self, front_end, index):
        self.memory, self.index = front_end.memory, index
        self.table = index << 18
        self.available = self.table + 16 * QUEUE_SIZE
        self.used = self.available + 1024
        self.buffers = self.table + 4096
        self.next, self.offered = 0, 0
        self.kick = os.eventfd(0, os.EFD_NONBLOCK)

    def taken(self):
        return struct.unpack_from("<H", self.memory, self.used + 2)[0]

    def offer(self, octets, room, pieces=1):
        """Makes a chain available: octets to send, or room to receive."""
        length, flags = (len(octets), 0) if octets is not None else (room, 2)
        start = self.buffers + (self.offered % 2) * 100_000
        if octets is not None:
            self.memory[start:start + length] = octets
        head, part = self.next, -(-length // pieces)
        for piece in range(pieces):
            at, isLast = start + piece * part, piece == pieces - 1
            count = length - piece * part if isLast else part
            struct.pack_into(
                "<QIHH", self.memory, self.table + 16 * self.next, GUEST + at, max(0, count),
                flags if isLast else flags | 1, (self.next + 1) % QUEUE_SIZE)
            self.next = (self.next + 1) % QUEUE_SIZE
        struct.pack_into("<H", self.memory, self.available + 4 + 2 * (self.offered % QUEUE_SIZE), head)
        self.offered = (self.offered + 1) & 0xFFFF
        struct.pack_into("<H", self.memory, self.available + 2, self.offered)
        os.eventfd_write(self.kick, 1)


class FrontEnd:
    def __init__(self, path):
        self.file = os.memfd_create("guest")
        os.ftruncate(self.file, SIZE)
        self.memory = mmap.mmap(self.file, SIZE)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(10)
        self.connect(path)
        self.queues = [Queue(self, index) for index in (0, 1)]
        counts["front ends"] += 1

    def connect(self, path):
        """The bridge takes one at a time, and few may wait."""
        deadline = time.monotonic() + 10
        while True:
            try:
                return self.socket.connect(path)
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.001)

    def close(self):
        self.socket.close()
        for queue in self.queues:
            os.close(queue.kick)
        self.memory.close()
        os.close(self.file)

    def say(self, request, body=b"", files=(), flags=1, length=None):
        message = struct.pack("<III", request, flags, len(body) if length is None else length) + body
        socket.send_fds(self.socket, [message], list(files))

    def drain(self):
        while select.select([self.socket], [], [], 0)[0]:
            if not self.socket.recv(4096):
                raise OSError("closed")

    def set_up(self):
        self.say(3)
        self.say(2, struct.pack("<Q", FEATURES))
        self.say(16, struct.pack("<Q", 0b1001))
        self.say(5, struct.pack("<IIQQQQ", 1, 0, GUEST, SIZE, USER, 0), [self.file])
        for queue in self.queues:
            self.say(8, struct.pack("<II", queue.index, QUEUE_SIZE))
            self.say(10, struct.pack("<II", queue.index, 0))
            self.say(9, struct.pack(
                "<IIQQQQ", queue.index, 0, USER + queue.table, USER + queue.used,
                USER + queue.available, 0))
            self.say(12, struct.pack("<Q", queue.index), [queue.kick])
            self.say(18, struct.pack("<II", queue.index, 1))


def number():
    return randomness.choice([
        0, 1, 2**64 - 1, GUEST + randomness.randrange(SIZE), USER + randomness.randrange(SIZE),
        GUEST + SIZE - randomness.randrange(64), randomness.getrandbits(64)])


def scribble(front_end):
    """Any number in any place of a ring or table, most often where the back end looks next."""
    queue, memory = randomness.choice(front_end.queues), front_end.memory
    entry = queue.available + 4 + 2 * (queue.offered % QUEUE_SIZE)
    descriptor = queue.table + 16 * queue.next
    choice = randomness.randrange(6)
    if choice == 0:
        struct.pack_into("<H", memory, queue.available + 2, number() & 0xFFFF)
    elif choice == 1:
        at = randomness.choice([queue.table, queue.available, queue.used])
        struct.pack_into("<H", memory, at + 2 * randomness.randrange(200), number() & 0xFFFF)
    else:
        struct.pack_into(
            "<QIHH", memory, descriptor, randomness.choice([GUEST + queue.buffers, number()]),
            randomness.choice([16, 160, 1_500, 0xFFFFFFFF, 7]), randomness.randrange(8),
            randomness.choice([queue.next, randomness.randrange(QUEUE_SIZE), number() & 0xFFFF]))
        head = queue.next if happens(90) else number() & 0xFFFF
        struct.pack_into("<H", memory, entry, head)
        queue.offered = (queue.offered + 1) & 0xFFFF
        struct.pack_into("<H", memory, queue.available + 2, queue.offered)
    os.eventfd_write(queue.kick, 1)


def message(front_end):
    body = struct.pack("<IIQQQQ", randomness.randrange(3), randomness.randrange(70), *(
        number() for _ in range(4)))
    files = [front_end.file, front_end.queues[0].kick]
    front_end.say(
        randomness.randrange(40), body[:randomness.choice([0, 8, 8, 40])],
        randomness.sample(files, randomness.randrange(3)), randomness.choice([1, 1, 1, 9, 5]),
        randomness.choice([None, None, None, None, randomness.randrange(5_000)]))


def attack(front_end):
    front_end.set_up()
    idle = 0
    for _ in range(randomness.randrange(400)):
        front_end.drain()
        choice = randomness.randrange(100)
        if choice < 70:
            queue = front_end.queues[1]
            octets = hostile.header() + b"\0\0" + hostile.frame()
            # One at a time, so that the next one does not change it; or whatever comes of it.
            if queue.taken() == queue.offered or happens(2):
                queue.offer(octets, 0, randomness.randint(1, 3))
                counts["frames"] += 1
                idle = 0
            elif idle == 50:
                # The queue has ended.
                return
            else:
                idle += 1
                time.sleep(0.0002)
        elif choice < 85:
            front_end.queues[0].offer(None, randomness.choice([64, 1_600, 70_000]))
        elif choice < 97:
            if happens(30):
                scribble(front_end)
                counts["scribbles"] += 1
        elif choice < 99:
            if happens(30):
                message(front_end)
                counts["messages"] += 1
        elif happens(5):
            os.ftruncate(front_end.file, randomness.choice([0, 4096, SIZE // 2]))
            counts["files cut"] += 1
            return


def super_frame():
    """A TCP frame of 3,000 octets of payload after a header that leaves it to the device."""
    addresses, length = (0x0A090001, 0x0A090002), 20 + 3_000
    partial = sum(struct.unpack(">6H", struct.pack(">IIHH", *addresses, 6, length)))
    partial = (partial & 0xFFFF) + (partial >> 16)
    return (
        struct.pack("<BBHHHHH", 1, 1, 54, 1_000, 34, 16, 0)
        + hostile.ADDRESSES + b"\x08\x00"
        + struct.pack(">BBHHHBBHII", 0x45, 0, 20 + length, 1, 0x4000, 64, 6, 0, *addresses)
        + struct.pack(">HHIIBBHHH", 1, 2, 1, 1, 0x50, 0x10, 500, partial, 0) + bytes(3_000))


def good(path):
    front_end = FrontEnd(path)
    front_end.set_up()
    queue, frame = front_end.queues[1], bytes(12) + hostile.ADDRESSES + b"\x88\xb5" + bytes(100)
    deadline = time.monotonic() + 10
    for sent, octets in enumerate(200 * [frame] + [super_frame()], 1):
        queue.offer(octets, 0, 2)
        while queue.taken() != sent:
            if time.monotonic() > deadline:
                sys.exit(f"{queue.taken()} of {sent} frames were taken")
            time.sleep(0.0005)
    front_end.close()


def main():
    path = sys.argv[1]
    if sys.argv[2] == "good":
        return good(path)
    end = time.monotonic() + float(sys.argv[2])
    while time.monotonic() < end:
        front_end = FrontEnd(path)
        try:
            attack(front_end)
        except (OSError, ValueError):
            counts["ended by the back end"] += 1
        front_end.close()
    print(dict(counts))


main()
