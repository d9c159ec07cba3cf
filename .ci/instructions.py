#!/usr/bin/env python3
"""Counts the instructions that a frame costs, and compares them with what was recorded.

    .ci/instructions.py VNIC             compare with Fixtures/Instructions.tsv
    .ci/instructions.py VNIC --record    write that file anew

Times say little on a machine that others use as well; valgrind counts the same number of instructions
in every run. A job is done a few times and many times, and the difference divided by the number of passes
in between is the cost of one frame, without start and end of the program. Those differ by a thousand
instructions from run to run, so cheap jobs are done more often. Portable kernels are counted, so that it
does not matter which processor this is.

Fails if a job costs more than the tolerance above its record. Standard library only.
"""
import os, re, subprocess, sys, tempfile

RECORD = os.path.join(os.path.dirname(__file__), "..", "Fixtures", "Instructions.tsv")
TOLERANCE = 0.03
FEW, MANY = 10, 60
# Jobs of a few thousand instructions, and their passes.
CHEAP, MANY_CHEAP = ("headers", "c-headers", "plan", "alone", "bridge-pass", "bridge-whole"), 1010
# Instructions that a call from C may cost more than the same call in Swift.
BORDER = 100
JOBS = ["headers", "sums", "copy", "nic"]
FRAMES = ["tcp4", "tcp6", "udp4", "vxlan4-tcp4"]
ROWS = [(job, frame) for job in JOBS for frame in FRAMES]
# Frames off the fast path of parsing, and what parsing and deciding take of a frame's time.
ROWS += [("headers", frame) for frame in ("geneve4-tcp4", "tcp4-ip-options")]
ROWS += [("plan", frame) for frame in FRAMES]
# Two calls of C, which do what "headers" does.
ROWS.insert(4, ("c-headers", "tcp4"))
# Coalescing: the segments of one frame, those of 64 flows in turn, one that merges with nothing.
ROWS.append(("coalesce", "vxlan4-tcp4"))
ROWS += [(job, frame) for job in ("coalesce", "coalesce-64", "alone") for frame in ("tcp4", "tcp6")]
# A bridge that segments, one that passes a frame on in one piece, and a small frame through it.
ROWS += [(job, "tcp4") for job in ("bridge", "bridge-pass", "bridge-whole")]


def count(vnic, job, frame, passes):
    """Instructions of a whole run."""
    with tempfile.NamedTemporaryFile() as out:
        command = [
            "valgrind", "--tool=callgrind", f"--callgrind-out-file={out.name}", vnic, "bench",
            "--kernel", "portable", "--memory", "hot", "--job", job, "--frame", frame,
            "--passes", str(passes)]
        # Tables of the runtime are the same in each run then.
        environment = {**os.environ, "SWIFT_DETERMINISTIC_HASHING": "1"}
        run = subprocess.run(command, capture_output=True, text=True, env=environment)
    if run.returncode != 0:
        sys.exit(f"{' '.join(command)}\n{run.stdout}{run.stderr}")
    return int(re.search(r"Collected : (\d+)", run.stderr).group(1))


def main():
    vnic, records = sys.argv[1], "--record" in sys.argv[2:]
    rows = {}
    for job, frame in ROWS:
        passes = MANY_CHEAP if job in CHEAP else MANY
        few, many = (count(vnic, job, frame, number) for number in (FEW, passes))
        rows[job, frame] = round((many - few) / (passes - FEW))
    border = rows["c-headers", "tcp4"] - rows["headers", "tcp4"]
    if border > 2 * BORDER:
        sys.exit(f"two calls from C cost {border} instructions more, at most {2 * BORDER} are allowed")
    if records:
        with open(RECORD, "w", encoding="utf-8") as file:
            file.write("job\tframe\tinstructions per frame, portable kernel, release build, Swift 6.3.1\n")
            file.writelines(f"{job}\t{frame}\t{cost}\n" for (job, frame), cost in rows.items())
        return
    with open(RECORD, encoding="utf-8") as file:
        lines = file.read().splitlines()[1:]
    recorded = {tuple(line.split("\t")[:2]): int(line.split("\t")[2]) for line in lines}
    failed = False
    for key, cost in rows.items():
        change = cost / recorded[key] - 1
        verdict = ""
        if change > TOLERANCE:
            verdict, failed = "  MORE than allowed", True
        elif change < -TOLERANCE:
            verdict = "  less: record it with --record"
        print(f"{key[0]:11} {key[1]:12} {cost:8} instructions per frame, {change:+.1%}{verdict}")
    if failed:
        sys.exit("instruction counts grew; find out why, or record them with --record and say why")


main()
