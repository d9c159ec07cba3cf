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
LINKS = {1: 0, 101: 1, 12: 1, 0: 2, 108: 2, 113: 3, 276: 4, 9: 5, 50: 5}  # as in LinkLayer.allCases
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


def in_tunnel(i, packet):
    """An IP packet in UDP with one of the headers that only a port announces."""
    version = packet[0] >> 4
    gtp = [b"\x30\xff", b"\x34\xff", b"\x32\xff"][i // 7 % 3]
    optional = [b"", b"\0\0\0\x85\x01\x10\x09\0", bytes(4)][i // 7 % 3]
    port, header = [
        (4790, b"\x0c\0\0" + bytes([1 if version == 4 else 2]) + b"\0\0\x2a\0"),
        (4790, b"\x0c\0\0\x03\0\0\x2a\0" + bytes(12) + (b"\x08\0" if version == 4 else b"\x86\xdd")),
        (6080, bytes([0, 4 if version == 4 else 41, 0, 0])),
        (6080, bytes([1, 4 if version == 4 else 41, 0, 0, 1, 2, 3, 4])),
        (6080, b""),
        (5555, b""),
        (2152, gtp + struct.pack(">H", 0 if i % 5 == 0 else len(optional) + len(packet))
         + b"\0\0\0\x07" + optional),
    ][i % 7]
    body = header + packet
    udp = struct.pack(">HHHH", 50_000 + i, port, 8 + len(body), 0 if i % 2 else 0x1234)
    length = 20 + len(udp) + len(body)
    ip = struct.pack(">BBHHHBBH", 0x45, 0, length, i, 0x4000, 64, 17, 0) + bytes([10, 0, 0, 1, 10, 0, 0, 2])
    ethernet = bytes(11) + b"\x01\x08\0"
    return ethernet + ip + udp + body


def recorded():
    """All frames as (link, header octets, payload count, virtio-net fields, segment size)."""
    corpus = json.loads((FIXTURES / "KernelCorpus" / "cases.json").read_text())["cases"]
    _, inputs = frames_of(FIXTURES / "KernelCorpus" / "input.pcap")
    found = []
    for case in corpus:
        frame, vnet = inputs[case["input"]], case["vnet"]
        keep = min(len(frame), (vnet.get("hdr_len", 0) or 60) + RANDOM.choice([0, 0, 8, 24]))
        found.append((0, frame, keep, vnet, case["gso_size"]))
    for folder in ("Captures", "Reports"):
        for path in sorted((FIXTURES / folder).glob("*.pcap")):
            link, frames = frames_of(path)
            for frame in frames[:12]:
                keep = min(len(frame), 100)
                found.append((LINKS.get(link, 0), frame, keep, None, 1_448))
    return [(l, f[:k], len(f) - k, v, s) for l, f, k, v, s in found]


def rules(i):
    """A preset for most, each rule by its bits for every fifth."""
    return struct.pack(">BH", i % 6 if i % 5 else 128 + i % 120, i * 7_919 & 0xFFFF if i % 5 == 0 else 0)


def request(i, size):
    kind = (0 if i % 3 else 1) | (i % 4) << 1 | (0x10 if i % 2 else 0)
    number = size if kind & 1 == 0 else max(size + 100, 576)
    return struct.pack(">BHBH", kind, number & 0xFFFF, i % 8, i & 0xFFFF) + rules(i)


def tail(i, head, payload):
    """The last choices and the headers; some frames are longer than a length field can say."""
    if payload > 0xFFFF:
        # Counted in units of four octets.
        return struct.pack(">HB", payload // 4, 0xF0 | i % 4) + head + bytes(payload % 4)
    return struct.pack(">HB", payload, i % 4 | (0xF0 if i % 16 == 5 else 0)) + head


def tunnels(frames):
    """Some of the frames in tunnels with ports of their own."""
    found = []
    for i in range(140):
        link, head, payload, _, size = frames[i * 11 % len(frames)]
        if link != 0 or len(head) < 54 or head[12:14] not in (b"\x08\0", b"\x86\xdd") or payload > 9_000:
            continue
        whole = in_tunnel(i, head[14:] + bytes(payload))
        found.append((0, whole[: len(whole) - payload], payload, None, size))
        if i % 4 == 0:  # a point-to-point link, with all octets of its header and without
            ip = b"\x21" if head[12:14] == b"\x08\0" else b"\x57"
            front = [b"\xff\x03\0" + ip, b"\0" + ip, ip, b"\xff\x03" + ip][i // 4 % 4]
            found.append((5, front + head[14:], payload, None, size))
    return found


def fragments(frames):
    """Some of the IPv4 frames as fragments."""
    found = []
    for i in range(60):
        link, head, payload, _, size = frames[i * 13 % len(frames)]
        if link == 0 and len(head) >= 34 and head[12:14] == b"\x08\0":
            word = [0x2000, 0x20B9, 0x00B9, 0x1FFF, 0x4000][i % 5]
            found.append((0, head[:20] + struct.pack(">H", word) + head[22:], payload, None, size))
    return found


def engine(i, link, head, payload, vnet, size, recognition=0x0F):
    name, choice = f"k{i:04d}", bytes([i % 256]) + struct.pack(">H", i * 331 & 0xFFFF)
    if recognition != 0x0F:
        name = f"t{i:04d}"
    start = bytes([link, recognition]) + request(i, size)
    put("segment", name, start + choice + tail(i, head, payload))
    edits = bytes(RANDOM.randrange(256) for _ in range(16))
    put("change", name, start + choice + edits + tail(i, head, payload))
    fields = bytes([i % 8, i % 256])
    put("checksum", name, bytes([link, recognition]) + rules(i) + fields + tail(i, head, payload))
    fragment = struct.pack(">BHIB", i % 16, RANDOM.choice([1_500, 576, 1_480, 8, 1_281]), i, i % 32)
    put("fragment", name, bytes([link, recognition]) + fragment + tail(i, head, payload))
    # A record has the size of a payload; every third request has that of a packet.
    put("ndis", name, request(i - i % 3 + 1, size) + choice + tail(i, head, payload))
    if vnet:
        vnet, head = tunnel_variant(i, vnet, head)
        if i % 9 == 4:  # accurate ECN, and an offset that is not that of the tunnel
            at = vnet.get("outer_th_offset", 0)
            vnet = vnet | ({"outer_th_offset": at + 2} if at else {"gso_type": vnet.get("gso_type", 0) | 0x10})
        fields = struct.pack(
            "<BBHHHHH8xHH",
            *(vnet.get(k, 0) & 0xFFFF for k in ("flags", "gso_type", "hdr_len", "gso_size")),
            *(vnet.get(k, 0) & 0xFFFF for k in ("csum_start", "csum_offset")),
            0,
            *(vnet.get(k, 0) & 0xFFFF for k in ("outer_th_offset", "inner_nh_offset")),
        )
        more = rules(i) if i % 4 == 0 else bytes(3)
        # Tunnels need the longest form.
        start = bytes([3 if vnet.get("outer_th_offset") else i % 4, 0, 0])
        put("virtio", name, start + more + choice + fields + tail(i, head, payload))


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
            data += block(2, struct.pack(end + "HHIIII", 0, 9, 0, k, length, length) + frame, end)
        else:
            body = struct.pack(end + "IIIII", k % 2, 1, k * 1_000, length, length) + frame
            body += bytes(-length % 4) + option(1, b"c%d" % k, end) + option(1, b"second", end)
            if k % 2:  # a queue, a hash, a verdict, and options that are not to be copied
                body += option(6, bytes(4), end) + option(3, b"\x02abcd", end)
                body += option(7, b"\0verdict", end) + option(19_372, bytes(8), end)
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
        for mode in (7, 0x30, 0x2B, 0x80, 0xC8, 0xC3, 0x26):
            put("capture", f"g{number}", bytes([number, mode]) + pcapng(frames[:8], end))
            number += 1
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


def handshakes(frames):
    """Both SYNs of a connection and a segment of it, with and without a maximum segment size."""
    for i in range(60):
        _, head, _, _, _ = frames[i * 7 % len(frames)]
        start = payload_start(head + bytes(80)) if head[12:14] in (b"\x08\0", b"\x86\xdd") else None
        four = head[12:14] == b"\x08\0"
        at = 34 if four else 54
        if not start or head[23 if four else 20] != 6 or len(head) < at + 20:
            continue
        option = [b"\x02\x04\0\x40", b"\x01\x01\x01\0", b"\x02\x04\0\0", b"\x02\x04\xff\xff"][i % 4]
        tcp = head[at : at + 12] + b"\x60\x02" + head[at + 14 : at + 20] + option
        mine = head[:at] + tcp
        there, count = (26, 4) if four else (22, 16)
        back = mine[:there] + mine[there + count : there + 2 * count] + mine[there : there + count]
        back += tcp[2:4] + tcp[:2] + tcp[4:13] + b"\x12" + tcp[14:]
        segment = mine[: at + 13] + b"\x10" + mine[at + 14 :] + bytes(40)
        data = bytes([0, 0x0F, i % 9])
        again = mine[: at + 4] + b"\1\2\3\4" + mine[at + 8 :]
        for frame in (mine, back, segment, segment + bytes(60), again, mine):
            length = struct.pack(">H", len(frame) - (14 if four else 54))
            place = 16 if four else 18
            frame = frame[:place] + length + frame[place + 2 :]
            data += bytes([0, len(frame)]) + frame
        put("handshake", f"h{i}", data)


def payload_start(frame):
    """Where the payload of TCP or UDP starts, in the innermost packet; None if there is none."""
    at, kind = 14, int.from_bytes(frame[12:14], "big")
    while True:
        while kind in (0x8100, 0x88A8):
            kind, at = int.from_bytes(frame[at + 2 : at + 4], "big"), at + 4
        if kind == 0x0800:
            proto, at = frame[at + 9], at + (frame[at] & 15) * 4
        elif kind == 0x86DD:
            proto, at = frame[at + 6], at + 40
            while proto in (0, 43, 60):
                proto, at = frame[at], at + 8 + frame[at + 1] * 8
        else:
            return None
        port = int.from_bytes(frame[at + 2 : at + 4], "big")
        if proto == 6:
            return at + (frame[at + 12] >> 4) * 4
        if proto == 17 and port == 4789:
            at, kind = at + 30, int.from_bytes(frame[at + 28 : at + 30], "big")
        elif proto == 17 and port == 6081:
            at += 16 + (frame[at + 8] & 0x3F) * 4
            kind, at = int.from_bytes(frame[at + 12 : at + 14], "big"), at + 14
        elif proto == 17:
            return at + 8
        elif proto == 47:
            length = 4 + sum(4 for bit in (0x80, 0x20, 0x10) if frame[at] & bit)
            kind, at = int.from_bytes(frame[at + 2 : at + 4], "big"), at + length
        elif proto in (4, 41):
            kind = 0x0800 if proto == 4 else 0x86DD
        else:
            return None


def batches():
    """Batches that the kernel's GRO got, as templates of headers and frames that follow each other."""
    cases = json.loads((FIXTURES / "KernelCorpus" / "gro_cases.json").read_text())["cases"]
    _, inputs = frames_of(FIXTURES / "KernelCorpus" / "gro_input.pcap")
    for i, case in enumerate(cases):
        frames = inputs[case["input"] : case["input"] + case["input_count"]][:60]
        templates, members = [], []
        for frame in frames:
            try:
                start = payload_start(frame)
            except IndexError:
                start = None
            start = min(start or 60, len(frame), 1_000)
            flow = (start, frame[12:14], frame[start - 20 : start - 16])
            known = [place for place, (other, _, _) in enumerate(templates) if other == flow]
            if not known and len(templates) < 4:
                templates.append((flow, frame[:start], len(frame) - start))
            members.append((known or [len(templates) - 1])[0])
        put("coalescer", f"b{i:03d}", batch(i, frames, templates, members))
        if i % 8 == 0 and len(frames) > 1:
            inside = [(flow, in_gre(i // 8, head), payload) for flow, head, payload in templates]
            put("coalescer", f"g{i:03d}", batch(i // 8, frames, inside, members))
            labels = [(flow, in_mpls(head), payload) for flow, head, payload in templates]
            put("coalescer", f"m{i:03d}", batch(i // 8, frames, labels, members))


def in_gre(i, head):
    """The headers of a frame in IPv4 and GRE: with a checksum, a key, a sequence number, or nothing."""
    flags = [0x8000, 0x2000, 0x9000, 0][i % 4]
    gre = struct.pack(">H", flags) + head[12:14] + bytes(4 * bin(flags).count("1"))
    ip = bytes([0x45, 0, 0, 0, 0, i, 0x40, 0, 64, 47, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2])
    return head[:12] + b"\x08\0" + ip + gre + head[14:]


def in_mpls(head):
    return head[:12] + b"\x88\x47\0\x01\x01\x40" + head[14:]


def batch(i, frames, templates, members):
    rules = bytes([i % 5]) if i % 3 else bytes([128 + i % 5])
    rules += struct.pack(">I", RANDOM.getrandbits(32))
    rules += bytes(3) if rules[0] >= 128 else b""
    kind = i // 3 % 4 | (4 if i % 7 == 0 else 0) | i % 4 << 4
    data = bytes([i * 37 & 0x80]) + rules + bytes([0, 0x0F, kind])
    data += struct.pack(">H", 40_000) if kind & 4 else b""
    data += bytes([len(templates) - 1])
    for _, head, payload in templates:
        data += struct.pack(">HH", len(head), min(payload, 4_095)) + head
    for k, (frame, member) in enumerate(zip(frames, members)):
        start = templates[member][0][0]
        # Some frames differ in an octet: type of service, DF, time to live, the last of the headers.
        edit = RANDOM.choice([(15, 1), (20, 0x40), (22, 1), (start - 1, 1), (12, 1)]) if k % 5 == 4 else None
        data += bytes([member, 12 if edit else 4])
        data += struct.pack(">H", max(0, len(frame) - start) & 0x3FFF)
        data += bytes([edit[0] & 0xFF, edit[1]]) if edit else b""
        if k % 16 == 15 and i % 4 == 0:
            data += bytes([RANDOM.randrange(200, 256)]) + bytes(4)
    return data + bytes([222 if i % 2 else 216])


def main():
    frames = recorded()
    batches()
    huge = [frame for frame in frames if frame[2] > 0xFFFF and frame[3] is None] * 6
    for i, (link, head, payload, vnet, size) in enumerate(frames + huge):
        engine(i, link, head, payload, vnet, size)
    for i, (link, head, payload, vnet, size) in enumerate(tunnels(frames) + fragments(frames)):
        engine(i, link, head, payload, vnet, size, recognition=0xB7)
    handshakes(frames)
    for i in range(200):
        _, head, payload, _, _ = frames[i * 37 % len(frames)]
        nic(i, head, payload, 9_000)
    captures([head[:70] for _, head, _, _, _ in frames[::97]])
    addresses()
    for folder in sorted(OUTPUT.iterdir()):
        print(f"{folder.name}: {len(os.listdir(folder))} seeds")


if __name__ == "__main__":
    main()
