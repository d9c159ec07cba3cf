#!/usr/bin/env python3
"""Tests/Fuzz/seeds.py: makes seeds for the targets from the recordings in Fixtures.

Writes .build-fuzz/seeds/TARGET/NAME. A seed has the choices that a target reads first, the headers of
a recorded frame, and the number of payload octets to make up, so that it is short and its length
fields are right. The choices are spread over all seeds of a target; a fixed seed makes them.
"""

import json
import os
import random
import struct
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
FIXTURES = ROOT / "Fixtures"
OUTPUT = ROOT / ".build-fuzz" / "seeds"
LINKS = {1: 0, 101: 1, 12: 1, 0: 2, 108: 2, 113: 3, 276: 4}  # as in LinkLayer.allCases
RANDOM = random.Random(1)


def put(target, name, data):
    folder = OUTPUT / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)


def frames_of(path):
    """The link type and the frames of a little-endian pcap file; none of any other."""
    data = path.read_bytes()
    if data[:4] not in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1"):
        return 1, []
    link, at, frames = struct.unpack("<I", data[20:24])[0] & 0xFFFF, 24, []
    while at + 16 <= len(data):
        length = struct.unpack("<I", data[at + 8 : at + 12])[0]
        frames.append(data[at + 16 : at + 16 + length])
        at += 16 + length
    return link, frames


def recorded():
    """All frames as (link, header octets, payload count, virtio-net fields, segment size)."""
    corpus = json.loads((FIXTURES / "KernelCorpus" / "cases.json").read_text())["cases"]
    _, inputs = frames_of(FIXTURES / "KernelCorpus" / "input.pcap")
    found = []
    for case in corpus:
        frame, vnet = inputs[case["input"]], case["vnet"]
        keep = min(len(frame), (vnet.get("hdr_len", 0) or 60) + RANDOM.choice([0, 0, 8, 24]))
        found.append((0, frame, max(keep, len(frame) - 65_000), vnet, case["gso_size"]))
    for folder in ("Captures", "Reports"):
        for path in sorted((FIXTURES / folder).glob("*.pcap")):
            link, frames = frames_of(path)
            for frame in frames[:12]:
                keep = max(min(len(frame), 100), len(frame) - 65_000)
                found.append((LINKS.get(link, 0), frame, keep, None, 1_448))
    return [(l, f[:k], min(len(f) - k, 65_535), v, s) for l, f, k, v, s in found]


def rules(i):
    """A preset for most, each rule by its bits for every fifth."""
    return struct.pack(">BH", i % 6 if i % 5 else 128 + i % 120, i * 7_919 & 0xFFFF if i % 5 == 0 else 0)


def request(i, size):
    kind = (0 if i % 3 else 1) | (i % 4) << 1 | (0x10 if i % 2 else 0)
    number = size if kind & 1 == 0 else max(size + 100, 576)
    return struct.pack(">BHBH", kind, number & 0xFFFF, i % 8, i & 0xFFFF) + rules(i)


def tail(i, head, payload):
    """The last choices and the headers; some frames are longer than a length field can say."""
    return struct.pack(">HB", payload, i % 4 | (0xF0 if i % 16 == 5 else 0)) + head


def engine(i, link, head, payload, vnet, size):
    name, choice = f"k{i:04d}", bytes([i % 256]) + struct.pack(">H", i * 331 & 0xFFFF)
    start = bytes([link, 0x0F]) + request(i, size)
    put("segment", name, start + choice + tail(i, head, payload))
    edits = bytes(RANDOM.randrange(256) for _ in range(16))
    put("change", name, start + choice + edits + tail(i, head, payload))
    put("checksum", name, bytes([link, 0x0F]) + rules(i) + bytes([i % 8, i % 256]) + tail(i, head, payload))
    fragment = struct.pack(">BHIB", i % 16, RANDOM.choice([1_500, 576, 1_480, 8, 1_281]), i, i % 32)
    put("fragment", name, bytes([link, 0x0F]) + fragment + tail(i, head, payload))
    put("ndis", name, request(i - i % 3 + 1, size) + choice + tail(i, head, payload))
    if vnet:
        vnet, head = tunnel_variant(i, vnet, head)
        fields = struct.pack(
            "<BBHHHHH8xHH",
            *(vnet.get(k, 0) & 0xFFFF for k in ("flags", "gso_type", "hdr_len", "gso_size")),
            *(vnet.get(k, 0) & 0xFFFF for k in ("csum_start", "csum_offset")),
            0,
            *(vnet.get(k, 0) & 0xFFFF for k in ("outer_th_offset", "inner_nh_offset")),
        )
        more = rules(i) if i % 4 == 0 else bytes(3)
        put("virtio", name, bytes([2, 0, 0]) + more + choice + fields + tail(i, head, payload))


def tunnel_variant(i, vnet, head):
    """Some frames with a described tunnel get an octet more, or none at all, after the UDP header.

    The outer length becomes 0, which means that the sender left it to its NIC.
    """
    at, inner = vnet.get("outer_th_offset", 0), vnet.get("inner_nh_offset", 0)
    if i % 3 == 0 or not at or head[12:14] not in (b"\x08\x00", b"\x86\xdd"):
        return vnet, head
    length = 16 if head[12:14] == b"\x08\x00" else 18
    head = head[:length] + bytes(2) + head[length + 2 :]
    more = 1 if i % 3 == 1 else at - inner
    head = head[: at + 8] + b"\0" + head[at + 8 :] if more == 1 else head[:at] + head[inner:]
    moved = {key: vnet[key] + more for key in ("inner_nh_offset", "csum_start", "hdr_len")}
    return vnet | moved, head


def nic(i, head, payload, limit):
    calls = bytes(RANDOM.randrange(256) for _ in range(RANDOM.choice([24, 60, 120, 200])))
    data = struct.pack(">HHB", len(head), min(payload, limit), i % 4) + head + calls
    for target in ("nic", "queue", "driver"):
        put(target, f"s{i:03d}", data)


def pcap(link, frames, end, magic):
    data = struct.pack(end + "IHHIIII", magic, 2, 4, 0, 0, 262_144, link)
    for k, frame in enumerate(frames):
        data += struct.pack(end + "IIII", 1_000 + k, k * 1_000, len(frame), len(frame) + k) + frame
    return data


def block(kind, body, end):
    body += bytes(-len(body) % 4)
    length = struct.pack(end + "I", 12 + len(body))
    return struct.pack(end + "I", kind) + length + body + length


def option(code, value, end):
    return struct.pack(end + "HH", code, len(value)) + value + bytes(-len(value) % 4)


def pcapng(frames, end):
    """Two sections, three interfaces with all options that are read, and every kind of frame."""
    stop = option(0, b"", end)
    section = struct.pack(end + "IHHq", 0x1A2B3C4D, 1, 0, -1)
    data = block(0x0A0D0D0A, section + option(4, b"fuzz", end) + stop, end)
    options = option(2, b"eth0", end) + option(9, b"\x09", end) + option(13, b"\x04", end)
    options += option(14, struct.pack(end + "q", 5), end) + stop
    data += block(1, struct.pack(end + "HHI", 1, 0, 262_144) + options, end)
    data += block(1, struct.pack(end + "HHI", 101, 0, 64) + option(9, b"\x94", end) + stop, end)
    for k, frame in enumerate(frames):
        length = len(frame)
        if k % 4 == 3:
            data += block(3, struct.pack(end + "I", length) + frame, end)
        elif k % 4 == 2:
            data += block(2, struct.pack(end + "HHIIII", 0, 0, 0, k, length, length) + frame, end)
        else:
            body = struct.pack(end + "IIIII", k % 2, 1, k * 1_000, length, length) + frame
            body += bytes(-length % 4) + option(1, b"c%d" % k, end) + option(1, b"second", end)
            body += option(2, struct.pack(end + "I", k), end) + stop
            data += block(6, body, end)
    data += block(0x0BAD, b"not known", end) + block(5, bytes(12), end) + block(4, bytes(8), end)
    data += block(0x0A0D0D0A, section, end) + block(1, struct.pack(end + "HHI", 113, 0, 0), end)
    return data + block(3, struct.pack(end + "I", 9) + b"123456789", end)


def captures(frames):
    number = 0
    for end in "<>":
        for magic in (0xA1B2C3D4, 0xA1B23C4D):
            for link in (1, 0x1400_0001, 113, 12):
                some = frames[: 3 + number % 4]
                put("capture", f"p{number}", bytes([number, number * 3]) + pcap(link, some, end, magic))
                number += 1
        put("capture", f"g{number}", bytes([number, 7]) + pcapng(frames[:8], end))
    for magic in ("1f8b0800", "28b52ffd", "425a6839", "fd377a58", "04224d18", "736e6f6f", "a1b2cd34"):
        put("capture", "m" + magic, bytes(2) + bytes.fromhex(magic) + bytes(40))
    for path in sorted((FIXTURES / "Reports").glob("*.pcapng")):
        if path.stat().st_size < 4_000:
            put("capture", path.stem, bytes([number, 1]) + path.read_bytes())
    for i in range(60):
        put("writer", f"w{i}", bytes(RANDOM.randrange(256) for _ in range(40 + 5 * i)))
        put("link", f"l{i}", bytes(RANDOM.randrange(256) for _ in range(20 + 3 * i)))


def addresses():
    texts = "02:00:00:00:00:01 02-00-00-00-00-01 192.0.2.1 0.0.0.0 255.255.255.255 01.2.3.4 :: ::1 "
    texts += "fe80::1 2001:db8:1:2:3:4:5:6 ::ffff:192.0.2.1 1::2::3 1:2:3:4:5:6:7:: ::2:3:4:5:6:7:8 "
    texts += "1:2:3:4:5:6:192.0.2.1 ::00000 fe80::1%eth0 1:2:3:4:5:6:7:8:9 : ::: 1.2.3 1.2.3.256"
    for i, text in enumerate(texts.split()):
        put("address", f"a{i}", text.encode())


def main():
    frames = recorded()
    for i, (link, head, payload, vnet, size) in enumerate(frames):
        engine(i, link, head, payload, vnet, size)
    for i in range(200):
        _, head, payload, _, _ = frames[i * 37 % len(frames)]
        nic(i, head, payload, 9_000)
    captures([head[:70] for _, head, _, _, _ in frames[::97]])
    addresses()
    for folder in sorted(OUTPUT.iterdir()):
        print(f"{folder.name}: {len(os.listdir(folder))} seeds")


if __name__ == "__main__":
    main()
