#!/usr/bin/env python3
"""Sends traffic from one network namespace to another and back, and compares what arrives.

  traffic.py LEFT RIGHT NET JOB...

With 9 as NET, LEFT has the addresses 10.9.0.1 and fd09::1, RIGHT 10.9.0.2 and fd09::2. Jobs, with 4
or 6 for the version of IP:

  tcp4:OCTETS          so many octets to the right, and then to the left
  uso4:SIZE:TOTAL:N    N sends of TOTAL octets with UDP_SEGMENT of SIZE to the right
  udp4:SIZE:N          N datagrams of SIZE octets to the right

Prints one line of JSON for each job; the exit status is 1 unless all that was sent has arrived.
"""
import ctypes, hashlib, json, os, random, socket, sys, threading, time

libc = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNET, SOL_UDP, UDP_SEGMENT, SO_RCVBUFFORCE = 0x40000000, 17, 103, 33


def enter(namespace):
    descriptor = os.open("/run/netns/" + namespace, os.O_RDONLY)
    if libc.setns(descriptor, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")
    os.close(descriptor)


def endpoint(namespace, version, kind):
    """A socket keeps the namespace in which it was made."""
    enter(namespace)
    made = socket.socket(socket.AF_INET if version == 4 else socket.AF_INET6, kind)
    made.settimeout(20)
    return made


def address(side, version):
    host = 1 if side == "left" else 2
    return f"10.{net}.0.{host}" if version == 4 else f"fd{net:02}::{host}"


def receive(connection, count, result):
    digest, missing = hashlib.sha256(), count
    while missing > 0:
        octets = connection.recv(min(missing, 1 << 20))
        if not octets:
            break
        digest.update(octets)
        missing -= len(octets)
    result.append((count - missing, digest.hexdigest()))


def tcp(version, count):
    server = endpoint(names["right"], version, socket.SOCK_STREAM)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind((address("right", version), 0))
    server.listen(1)
    client = endpoint(names["left"], version, socket.SOCK_STREAM)
    client.setsockopt(socket.IPPROTO_TCP, 13, b"cubic")
    client.connect((address("right", version), server.getsockname()[1]))
    accepted, _ = server.accept()
    accepted.settimeout(20)
    accepted.setsockopt(socket.IPPROTO_TCP, 13, b"cubic")
    isEqual, octets = True, random.Random(count).randbytes(count)
    for source, target in ((client, accepted), (accepted, client)):
        result = []
        reader = threading.Thread(target=receive, args=(target, count, result))
        reader.start()
        source.sendall(octets)
        reader.join()
        isEqual = isEqual and result == [(count, hashlib.sha256(octets).hexdigest())]
    return isEqual


def udp(version, sends, segment):
    """Datagrams may be lost before the bridge, but none here: they are few, and paced."""
    target = endpoint(names["right"], version, socket.SOCK_DGRAM)
    target.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 1 << 26)
    target.bind((address("right", version), 0))
    source = endpoint(names["left"], version, socket.SOCK_DGRAM)
    source.connect((address("right", version), target.getsockname()[1]))
    if segment:
        source.setsockopt(SOL_UDP, UDP_SEGMENT, segment)
    expected = []
    for octets in sends:
        size = segment or len(octets)
        expected += [octets[o:o + size] for o in range(0, len(octets), size)]
        source.send(octets)
        time.sleep(0.004)
    target.settimeout(1)
    found = []
    try:
        while len(found) < len(expected):
            found.append(target.recv(65536))
    except TimeoutError:
        pass
    return found == expected


names, net = {"left": sys.argv[1], "right": sys.argv[2]}, int(sys.argv[3])
failed = False
for job in sys.argv[4:]:
    kind, *numbers = job.split(":")
    version, numbers = int(kind[-1]), [int(number) for number in numbers]
    randomness, reason = random.Random(job), None
    try:
        if kind.startswith("tcp"):
            isEqual = tcp(version, numbers[0])
        elif kind.startswith("uso"):
            size, total, count = numbers
            isEqual = udp(version, [randomness.randbytes(total) for _ in range(count)], size)
        else:
            size, count = numbers
            isEqual = udp(version, [randomness.randbytes(size) for _ in range(count)], 0)
    except OSError as error:
        isEqual, reason = False, str(error)
    failed = failed or not isEqual
    print(json.dumps({"job": job, "equal": isEqual, "error": reason}), flush=True)
sys.exit(1 if failed else 0)
