#!/usr/bin/env python3
"""Records what the NICs of QEMU make of the super-frames of Fixtures/KernelCorpus.

    Tests/Guests/record_segments.py Fixtures/GuestSegments [--device e1000] [--compare]

A guest in QEMU gets frames of the corpus and sends them through its device with the virtio-net
headers of the corpus. The device hands them to `-netdev stream`, which has no offloads, so QEMU
segments itself. For each device there is a capture with what came out, and a list of how many frames
each case gave. What the device has no offload for is segmented by the guest's kernel.

With --compare nothing is written: the recordings in the folder must be the same, if they are of the
same QEMU.

Needs Tests/Guests/kernel amd64 and qemu-system-x86, Python 3.11+; no root. Takes 10 s for a device.
Ends with status 3 and a reason if it cannot.
"""
import argparse
import json
import pathlib
import re
import shutil
import socket
import struct
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
CORPUS = HERE.parent.parent / "Fixtures" / "KernelCorpus"
# Each device and its recording. Two have one code in QEMU, and the same frames come out of them.
DEVICES = {"e1000": "e1000", "vmxnet3": "vmxnet3", "e1000e": "vmxnet3"}
GROUPS = re.compile(r"(grid-tcp[46]|tcp-flags[46]|tcp-seq[46]|tcp-opt[46]|payload[46])/")
MARK = struct.pack(">H", 0x88B5)
VIRTIO = struct.Struct("<BBHHHH")


def packets(path):
    octets = path.read_bytes()
    magic = octets[:4]
    order = "<" if magic in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else ">"
    at, found = 24, []
    while at < len(octets):
        length = struct.unpack_from(order + "I", octets, at + 8)[0]
        found.append(octets[at + 16:at + 16 + length])
        at += 16 + length
    return found


def chosen():
    """Cases of TCP that make sense and that the kernel segments, but for those with smaller segments
    than a kernel makes (TCP_MIN_SND_MSS), and for long ones."""
    inputs = packets(CORPUS / "input.pcap")
    for case in json.loads((CORPUS / "cases.json").read_text())["cases"]:
        if case["protocol"] in ("tcp4", "tcp6") and case["outcome"] == "segmented" \
                and case["wellformed"] and case.get("advisory") is None \
                and GROUPS.match(case["name"]) and case["gso_size"] >= 48 \
                and case["frame_len"] <= 3_600:
            yield case["name"], case["vnet"], inputs[case["input"]]


def frames_file(cases, path):
    with open(path, "wb") as file:
        for _, v, frame in cases:
            header = VIRTIO.pack(v["flags"], v["gso_type"], v["hdr_len"], v["gso_size"],
                                 v["csum_start"], v["csum_offset"])
            file.write(struct.pack("<I", len(header) + len(frame)) + header + frame)


def output(*command):
    result = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if result.returncode != 0:
        sys.exit(result.returncode)  # it has said why
    return result.stdout.strip()


def frames_of(connection):
    """What `-netdev stream` sends: a length of 32 bits, big-endian, and a frame, and so on."""
    stream = connection.makefile("rb")
    while len(length := stream.read(4)) == 4:
        yield stream.read(struct.unpack(">I", length)[0])


def record(device, cases, folder):
    """The frames that came out of a device for each case."""
    frames_file(cases, folder / "frames")
    kernel = output(HERE / "kernel", "amd64")
    image = output(HERE / "initramfs", "amd64", folder / "frames", folder / "image")
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(folder / device))
    listener.listen()
    listener.settimeout(60)
    guest = subprocess.Popen(
        ["qemu-system-x86_64", "-accel", "tcg", "-cpu", "max", "-m", "256", "-machine", "pc",
         "-nodefaults", "-no-user-config", "-no-reboot", "-display", "none", "-kernel", kernel,
         "-initrd", image, "-append",
         "console=ttyS0 quiet panic=-1 vnic.mtu=9000 vnic.seconds=50 vnic.frames=1 vnic.settled=2000",
         "-serial", "file:" + str(folder / "log"), "-device", device + ",netdev=n",
         "-netdev", "stream,id=n,server=off,addr.type=unix,addr.path=" + str(folder / device)])
    found, current, marks = [[] for _ in cases], None, 0
    try:
        connection, _ = listener.accept()
        connection.settimeout(60)
        for frame in frames_of(connection):
            if frame[12:14] == MARK:
                number = struct.unpack_from(">I", frame, 14)[0]
                current = number if number < len(cases) else None
                marks += 1
            elif current is not None and frame[6:12] == cases[current][2][6:12]:
                found[current].append(frame)
    finally:
        guest.kill()
        guest.wait()
        listener.close()
    log = (folder / "log").read_text(errors="replace")
    print(device, *(line for line in log.splitlines() if line.startswith("vnic: ")), sep="\n  ")
    if marks != len(cases) + 1 or not all(found):
        sys.exit(f"{device}: {marks} of {len(cases) + 1} marks came, frames of "
                 f"{sum(map(bool, found))} of {len(cases)} cases: is the machine too busy?")
    return found


def recording(cases, found, version):
    """The octets of a capture, and the text of its list."""
    capture = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262_144, 1)
    for frame in (frame for frames in found for frame in frames):
        capture += struct.pack("<IIII", 0, 0, len(frame), len(frame)) + frame
    rows = [f"{name}\t{len(frames)}\n" for (name, _, _), frames in zip(cases, found)]
    return capture, "".join([f"# {version}\n"] + rows)


def compare(device, path, capture, text, version):
    recorded = path.with_suffix(".tsv").read_text()
    if recorded.splitlines()[0] != f"# {version}":
        print(f"{device}: not compared, recorded with {recorded.splitlines()[0][2:]}")
    elif recorded != text or path.with_suffix(".pcap").read_bytes() != capture:
        sys.exit(f"{device}: not as in {path}")
    else:
        print(f"{device}: as recorded")


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("folder", type=pathlib.Path)
    arguments.add_argument("--device", action="append", choices=DEVICES)
    arguments.add_argument("--compare", action="store_true")
    options = arguments.parse_args()
    if not shutil.which("qemu-system-x86_64"):
        print("no qemu-system-x86_64: apt-get install --no-install-recommends qemu-system-x86",
              file=sys.stderr)
        sys.exit(3)
    version = output("qemu-system-x86_64", "--version").splitlines()[0].split(" (")[0]
    cases = list(chosen())
    for device in options.device or DEVICES:
        with tempfile.TemporaryDirectory() as folder:
            found = record(device, cases, pathlib.Path(folder))
        capture, text = recording(cases, found, version)
        path = options.folder / DEVICES[device]
        if options.compare:
            compare(device, path, capture, text, version)
        elif device == DEVICES[device]:
            path.with_suffix(".pcap").write_bytes(capture)
            path.with_suffix(".tsv").write_text(text)


if __name__ == "__main__":
    main()
