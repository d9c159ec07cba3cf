#!/usr/bin/env python3
"""Sends random frames with random virtio-net headers through an interface.

  hostile.py INTERFACE SECONDS RATE

The kernel refuses most of the headers; what it takes reaches the other end. Prints how many of each.
"""
import collections, errno, os, random, socket, struct, sys, time

SOL_PACKET, PACKET_VNET_HDR = 263, 15
randomness = random.Random(7)
ADDRESSES = bytes.fromhex("020000000002020000000001")


def transport(protocol, payload):
    if protocol == 6:
        offset, flags = randomness.choice([0x50, 0x80, 0xF0, 0x40]), randomness.getrandbits(8)
        return struct.pack(
            ">HHIIBBHHH", 1, 2, randomness.getrandbits(32), 0, offset, flags, 500, 0, 0)
    return struct.pack(">HHHH", 1, 2, min(65535, randomness.choice([0, 8 + len(payload)])), 0)


def frame():
    sizes = [0, 1, 7, 100, 1448, 1449, 3000, 9000, 40000, 65000]
    payload = os.urandom(randomness.choice(sizes))
    if randomness.random() < 0.1:
        return os.urandom(randomness.randint(1, 1500))
    protocol = randomness.choice([6, 17, 6, 17, 1, 47])
    header = transport(protocol, payload)
    length = len(header) + len(payload)
    if randomness.random() < 0.6:
        words = randomness.choice([0x45, 0x45, 0x45, 0x46, 0x44, 0x4F])
        total, fragment = randomness.choice([0, 20 + length]), randomness.choice([0, 0x4000, 0x2000])
        packet = struct.pack(
            ">BBHHHBBHII", words, 0, min(65535, total), 1, fragment, 64, protocol, 0,
            0x0A090001, 0x0A090002)
        kind = 0x0800
    else:
        following = randomness.choice([protocol, protocol, 0, 43, 44])
        packet = struct.pack(">IHBB", 6 << 28, min(65535, length), following, 64) + os.urandom(32)
        kind = 0x86DD
    tag = struct.pack(">HH", 0x8100, 5) if randomness.random() < 0.2 else b""
    return ADDRESSES + tag + struct.pack(">H", kind) + packet + header + payload


def header():
    number = randomness.getrandbits
    kind = randomness.choice([0, 1, 3, 4, 5, 5, 1, 0x81, 0x85, 0x21, 0x45, number(8)])
    return struct.pack(
        "<BBHHHH", randomness.choice([0, 1, 1, 1, 2, 3, 8, number(8)]), kind,
        randomness.choice([0, 42, 54, 66, number(16)]),
        randomness.choice([0, 1, 88, 500, 1448, 65535, number(16)]),
        randomness.choice([34, 54, 38, number(16)]), randomness.choice([16, 6, 0, number(16)]))


def main():
    made = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    made.setsockopt(SOL_PACKET, PACKET_VNET_HDR, 1)
    made.bind((sys.argv[1], 3))
    counts, start, rate = collections.Counter(), time.monotonic(), float(sys.argv[3])
    while time.monotonic() - start < float(sys.argv[2]):
        try:
            made.send(header() + frame())
            counts["sent"] += 1
        except OSError as error:
            counts[errno.errorcode[error.errno]] += 1
        # Only what the kernel takes counts.
        if counts["sent"] > rate * (time.monotonic() - start):
            time.sleep(0.005)
    print(dict(counts))


if __name__ == "__main__":
    main()
