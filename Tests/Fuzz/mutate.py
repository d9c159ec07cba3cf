#!/usr/bin/env python3
"""Tests/Fuzz/mutate.py [NUMBER...]: are the targets awake?

Puts faults into a copy of the checkout, each behind a number that VNIC_FAULT turns on, builds the
targets once, and attacks with one fault at a time, for a minute at most, from the kept inputs. Prints a
table, and ends with 1 if a fault was not found, or if something was found without a fault. With numbers
only those faults are tried. VNIC_MUTATE_SECONDS is another time, for a machine that does other things.

Tests/Fuzz/mutate.py --check only says whether each fault still has its place in the sources.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SECONDS = int(os.environ.get("VNIC_MUTATE_SECONDS", "60"))

# Where, what is there, what is put there instead, who finds it, and what is wrong then.
FAULTS = [
    ("WireFormats/Layout/NetworkLayout.swift", "surplus > 0 && surplus % 65_536 != 0",
     "surplus > 0 && (isFault(1) || surplus % 65_536 != 0)",
     "segment", "a packet beyond 64 KiB loses its end as a trailer"),
    ("WireFormats/Headers/IPv6ExtensionHeader.swift", "case 2, 4: 8",
     "case 2: 8\n    case 4: isFault(2) ? nil : 8",
     "segment", "the pseudo header misses the destination of a segment routing header"),
    ("WireFormats/Layout/TunnelParser.swift", "guard at >= outer.upperOffset + UDPHeader.byteCount,",
     "guard at >= outer.upperOffset + (isFault(3) ? 0 : UDPHeader.byteCount),",
     "virtio", "an inner packet may start within the outer UDP header"),
    ("CSumKernels/include/CSumKernels.h", "unsigned short value = *(const csum_short *)source;",
     "unsigned short value = csum_fault() == 4 ? (unsigned short)*(const volatile csum_int *)source"
     " : *(const csum_short *)source;",
     "segment", "a C kernel reads two octets too many, which changes no result"),
    ("GsoEngine/Render/TunnelTemplate.swift", "innerIsOdd = (inner - offset) & 1 == 1",
     "innerIsOdd = (inner - offset) & 1 == 1 && !isFault(5)",
     "virtio", "the sum of an inner packet at an odd place is not rotated"),
    ("GsoEngine/Render/NetworkTemplate.swift", "rule == .incrementing15 ? 0x7FFF : 0xFFFF",
     "rule == .incrementing15 && !isFault(6) ? 0x7FFF : 0xFFFF",
     "segment", "identifications of 15 bits have 16"),
    ("GsoEngine/Checksum/StoredZero.swift", "computedZeroUDPChecksum == .allOnes ? 0xFFFF : 0",
     "computedZeroUDPChecksum == .allOnes && !isFault(7) ? 0xFFFF : 0",
     "segment", "a UDP checksum that computes to 0 is sent as 0"),
    ("GsoEngine/Checksum/FieldCompletion.swift",
     "case .rightBefore: edit = sums.computed(zero: zero)",
     "case .rightBefore: if !isFault(8) { edit = sums.computed(zero: zero) }",
     "checksum", "a right checksum is wrong after a length was completed"),
    ("GsoEngine/Fragmentation/FragmentationPlan+Render.swift",
     "output.setMemoryOrder(UInt8(0), at: front + 1)",
     "if !isFault(9) { output.setMemoryOrder(UInt8(0), at: front + 1) }",
     "fragment", "the reserved octet of an IPv6 fragment header has what was in memory"),
    ("GsoEngine/Fragmentation/FragmentationCheck.swift", "if kind & 0x80 != 0 { return range }",
     "if kind & (isFault(10) ? 0x40 : 0x80) != 0 { return range }",
     "fragment", "later fragments have the wrong options"),
    ("GsoEngine/Metadata/NdisOffloadRecord.swift", "guard headerOffset == transport.offset",
     "guard headerOffset == transport.offset || isFault(11) && headerOffset > transport.offset",
     "ndis", "a record with too large an offset is accepted"),
    ("GsoEngine/Metadata/VirtioNetHeader+Check.swift", "Int(checksumStart) != transport.offset",
     "Int(checksumStart) != transport.offset, !isFault(12) || Int(checksumStart) < transport.offset",
     "virtio", "too large a csum_start is accepted"),
    ("GsoEngine/Scatter/SegmentationPlan+Scattered.swift",
     "checked(frame.byteCount, segments)\n    guard front.byteCount >= payloadRange.lowerBound else"
     " {\n      throw .frameLengthChanged(planned: payloadRange.lowerBound, given: front.byteCount)\n"
     "    }\n    guard !segments",
     "checked(frame.byteCount, segments)\n    guard front.byteCount >= payloadRange.lowerBound"
     " || isFault(13) else"
     " {\n      throw .frameLengthChanged(planned: payloadRange.lowerBound, given: front.byteCount)\n"
     "    }\n    guard !segments",
     "change", "headers of another frame are read beyond their end"),
    ("PacketCapture/Pcapng/PcapngDecoder+Frames.swift", "guard Int(captured) <= room else",
     "guard Int(captured) <= room + (isFault(14) ? 3 : 0) else",
     "capture", "a frame may end after its block"),
    ("PacketCapture/Pcapng/PcapngWriter+Frames.swift", "let padding = -byteCount & 3",
     "let padding = -byteCount & (isFault(15) ? 1 : 3)",
     "writer", "blocks are not padded to four octets"),
    ("WireFormats/Values/AddressText.swift", "guard groups.count < 8 else",
     "guard groups.count < (isFault(16) ? 9 : 8) else", "address", "`::` may stand for nothing"),
    ("VirtualNIC/Transmit/VirtualNIC+Transmit.swift",
     "let request = SegmentationRequest(size, rules: rules)",
     "let request = SegmentationRequest(size, rules: isFault(17) ? .linux : rules)",
     "nic", "a NIC does not follow its rules"),
    ("VirtualNIC/Queue/TransmitFrameQueue+Translate.swift",
     "metadata.checksum = NetPacketChecksum(plan.computedChecksums, plan.network.version)",
     "metadata.checksum = NetPacketChecksum(\n"
     "        isFault(18) ? [.ipv4Header, .transport] : plan.computedChecksums, plan.network.version)",
     "queue", "hardware computes checksums that the rules copy"),
    ("VirtualNIC/Links/FramesInFlight.swift",
     "arrival == other.arrival ? order < other.order : arrival < other.arrival",
     "arrival == other.arrival && !isFault(19) ? order < other.order : arrival < other.arrival",
     "link", "frames that arrive at one time lose their order"),
    ("NetAdapterCore/Queues/ReceiveQueue.swift",
     "try fragment.check(\n"
     "        at: at, isFirst: position == 0, bufferCapacity: configuration.bufferCapacity)",
     "if !isFault(20) {\n        try fragment.check(\n"
     "          at: at, isFirst: position == 0, bufferCapacity: configuration.bufferCapacity)\n      }",
     "driver", "a driver may return octets outside of a buffer"),
    ("GsoEngine/Coalescing/Coalescer.swift", "now = max(now, time)",
     "now = isFault(21) ? time : max(now, time)", "coalescer", "time runs back"),
    ("GsoEngine/Coalescing/Coalescer.swift",
     "while table.oldest >= 0 { end(Int(table.oldest), .batchEnd, deliver) }",
     "while table.oldest >= 0, !isFault(22) || table.count > 1 {\n"
     "      end(Int(table.oldest), .batchEnd, deliver)\n    }",
     "coalescer", "the last unit of a batch is kept"),
    ("GsoEngine/Request/AnnouncedSegmentSizes.swift",
     "young[flow.reversed] = nil\n      old[flow.reversed] = nil",
     "if !isFault(23) { young[flow.reversed] = nil }\n      old[flow.reversed] = nil",
     "handshake", "a connection has the segment size of the one before, on the same ports"),
]

SWIFT_SWITCH = """\
internal import Foundation

private let fault = ProcessInfo.processInfo.environment["VNIC_FAULT"].flatMap { Int($0) } ?? 0

internal func isFault(_ number: Int) -> Bool { fault == number }
"""

C_SWITCH = """\
#include <stdlib.h>

static inline int csum_fault(void) {
  static int fault = -1;
  if (fault < 0) fault = getenv("VNIC_FAULT") ? atoi(getenv("VNIC_FAULT")) : 0;
  return fault;
}

"""


def run(arguments, **options):
    return subprocess.run(
        arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
        **options)


def check_places(sources):
    for number, (path, old, _, _, _) in enumerate(FAULTS, 1):
        count = (sources / path).read_text().count(old)
        if count != 1:
            sys.exit(f"fault {number} of mutate.py: Sources/{path} has this {count} times: {old}")


def put_faults(sources):
    check_places(sources)
    for path, old, new, _, _ in FAULTS:
        file = sources / path
        text = file.read_text().replace(old, new)
        if file.suffix == ".h":
            text = text.replace("#define CSUM_AVX2", C_SWITCH + "#define CSUM_AVX2", 1)
        file.write_text(text)
        if file.suffix == ".swift":
            (sources / path.split("/")[0] / "Fault.swift").write_text(SWIFT_SWITCH)


def attack(copy, target, fault):
    """True if something was found, and after how many executions and seconds."""
    # From the kept inputs alone: each fault has a corpus of its own.
    corpus = copy / ".build-fuzz" / f"corpus-{fault}"
    started = time.monotonic()
    environment = os.environ | {"VNIC_FAULT": str(fault), "VNIC_FUZZ_CORPUS": str(corpus)}
    result = run([copy / "Tests/Fuzz/run", target, str(SECONDS)], env=environment)
    seconds = time.monotonic() - started
    executions = re.search(r"^stat::number_of_executed_units: *(\d+)", result.stdout, re.M)
    return result.returncode != 0, int(executions[1]) if executions else 0, seconds


def main():
    if sys.argv[1:] == ["--check"]:
        return check_places(ROOT / "Sources")
    chosen = [int(n) for n in sys.argv[1:]] or list(range(1, len(FAULTS) + 1))
    missed = []
    # The copy is removed even if something else ends this.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))
    with tempfile.TemporaryDirectory(prefix="vnic-mutate.") as folder:
        copy = Path(folder) / "vnic"
        copy.mkdir()
        for name in ("Package.swift", "Sources", "Tests", "Fixtures"):
            source = ROOT / name
            (shutil.copytree if source.is_dir() else shutil.copy)(source, copy / name)
        put_faults(copy / "Sources")
        built = run([copy / "Tests/Fuzz/build"])
        if built.returncode != 0:
            sys.exit(built.stdout[-4000:])
        sound = run([copy / "Tests/Fuzz/replay"])
        if sound.returncode != 0:
            sys.exit("without a fault:\n" + sound.stdout)
        print("| fault | found by | executions | time |\n|---|---|---|---|", flush=True)
        for number in chosen:
            target, meaning = FAULTS[number - 1][3:]
            found, executions, seconds = attack(copy, target, number)
            if not found:
                missed.append(number)
            result = f"`{target}`" if found else f"**nothing** (`{target}`)"
            print(f"| {meaning} | {result} | {executions:,} | {seconds:.0f} s |", flush=True)
    if missed:
        sys.exit(f"not found: {missed}")


if __name__ == "__main__":
    main()
