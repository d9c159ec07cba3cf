#!/usr/bin/env python3
"""Which csum_start and csum_offset does the kernel refuse where there is nothing to segment?

Sends one TCP frame over IPv4 and one UDP frame over IPv6 with NEEDS_CSUM and each pair of
csum_start 0...255 and csum_offset 0...255, through AF_PACKET and through TAP, and writes

  frames.pcap    the two frames
  refused.bin    per frame, 65,536 bits: bit csum_start * 256 + csum_offset, counted from the
                 lowest bit of each octet, is 1 if the kernel refused the frame

A frame that passed must be what RFC 1071 makes of the two numbers, or the recording fails.
"""

import argparse
import os
import struct
import sys

import frames as F
from rig import Rig, VnetHdr

RANGE = 256


def completed(frame, start, offset):
    """The frame with the checksum stored that the two numbers ask for."""
    checksum = F.inet_csum(frame[start:]) or 0xFFFF
    out = bytearray(frame)
    struct.pack_into("!H", out, start + offset, checksum)
    return bytes(out)


def is_refused(send, frame, start, offset):
    """Whether nothing came out; what does come out is compared."""
    result = send(VnetHdr(flags=1, csum_start=start, csum_offset=offset), frame)
    if not result.frames:
        return True
    if result.frames != [completed(frame, start, offset)]:
        sys.exit("csum_start %d, csum_offset %d: not the completed frame" % (start, offset))
    return False


def record(rig, frame):
    bits = bytearray(RANGE * RANGE // 8)
    for start in range(RANGE):
        for offset in range(RANGE):
            answers = {is_refused(send, frame, start, offset)
                       for send in (rig.send_packet, rig.send_tap)}
            if len(answers) > 1:
                sys.exit("csum_start %d, csum_offset %d: AF_PACKET and TAP differ"
                         % (start, offset))
            if answers.pop():
                index = start * RANGE + offset
                bits[index // 8] |= 1 << index % 8
    return bytes(bits)


def main():
    ap = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    ap.add_argument("--out", required=True, help="directory for the two files")
    args = ap.parse_args()
    # Short enough that both numbers can point behind the frame, each alone and in sum.
    inputs = [F.l4_frame(F.IPPROTO_TCP, 4, bytes(range(150))).data, F.l4_frame(F.IPPROTO_UDP, 6, bytes(40)).data]
    with Rig("csum") as rig:
        refused = [record(rig, frame) for frame in inputs]
    os.makedirs(args.out, exist_ok=True)
    F.write_pcap(os.path.join(args.out, "frames.pcap"), inputs)
    with open(os.path.join(args.out, "refused.bin"), "wb") as f:
        f.write(b"".join(refused))
    for frame, bits in zip(inputs, refused):
        print("%d octets: %d of %d refused"
              % (len(frame), sum(b.bit_count() for b in bits), RANGE * RANGE))


if __name__ == "__main__":
    main()
