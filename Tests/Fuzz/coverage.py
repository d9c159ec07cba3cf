#!/usr/bin/env python3
"""Tests/Fuzz/coverage.py [--lines]: which lines the kept inputs reach, without any other test.

Builds the targets for coverage in .build-fuzz/coverage, runs all of Fixtures/Fuzz once, and prints the
share of lines that each module has reached. Texts for people do not count: `description`, and files
named +Text. Nor do lines that only have a brace.

Each declaration of WireFormats, PacketCapture and GsoEngine with a line that was not reached has a
reason in Tests/Fuzz/Unreached.tsv. Ends with 1 if a reason is missing or not needed any more, or if one
of these modules is below its share. With --lines it prints every line that was not reached.
"""

import os
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
WORK = ROOT / ".build-fuzz" / "coverage"
REASONS = ROOT / "Tests/Fuzz/Unreached.tsv"
# The share in percent that has to be reached; of other modules it is only printed.
SHARES = {"WireFormats": 90, "PacketCapture": 90, "GsoEngine": 90}
DECLARATION = re.compile(
    r"(@\w+(\(.*?\))? )*((public|package|internal|private|fileprivate|static|mutating|borrowing) )*"
    r"(func \S+|init[?]?[(<]|subscript\(|deinit|var \w+(: .*)?\{)")


def tool(name):
    swift = subprocess.check_output(["bash", "-c", "readlink -f $(command -v swift)"], text=True)
    return Path(swift.strip()).parent / name


def lines_of(program):
    """The lines that can run, and how often each did: [(path, [(number, count)])]."""
    raw, joined = WORK / "replay.profraw", WORK / "replay.profdata"
    environment = os.environ | {"LLVM_PROFILE_FILE": str(raw), "SWIFT_BACKTRACE": "enable=no"}
    subprocess.run(
        [program, "replay", ROOT / "Fixtures/Fuzz"], env=environment, check=True,
        stdout=subprocess.DEVNULL)
    subprocess.run([tool("llvm-profdata"), "merge", "-o", joined, raw], check=True)
    data = subprocess.check_output(
        [tool("llvm-cov"), "export", "-format=lcov", f"-instr-profile={joined}", program], text=True)
    for record in data.split("end_of_record"):
        name = re.search(r"^SF:.*?/(Sources/.*)$", record, re.M)
        if name and not name.group(1).endswith("+Text.swift"):
            lines = re.findall(r"^DA:(\d+),(\d+)", record, re.M)
            yield name.group(1), [(int(number), int(count)) for number, count in lines]


def texts(source):
    """The numbers of the lines of `description` and `debugDescription`."""
    found, start, level = set(), None, 0
    for number, line in enumerate(source, 1):
        if start is None and re.search(r"\bvar (description|debugDescription)\b.*{", line):
            start = level
        level += line.count("{") - line.count("}")
        if start is not None:
            found.add(number)
            if level <= start:
                start = None
    return found


def declaration(source, number):
    """The first line of the declaration that a line is in, from the innermost line outwards."""
    below = None
    for line in reversed(source[:number]):
        text = line.strip()
        indentation = len(line) - len(line.lstrip())
        if not text or text.startswith("//"):
            continue
        # A line that starts with `)` ends what a line above, as far to the right, started.
        if below is None or indentation < below or indentation == below and ends:
            below, ends = indentation, text.startswith((")", "->", "}"))
            if DECLARATION.match(text):
                return text.rstrip("{").strip()
    return source[number - 1].strip()


def main():
    if sys.argv[1:] not in ([], ["--lines"]):
        sys.exit(__doc__)
    environment = os.environ | {"VNIC_FUZZ_COVERAGE": "1"}
    built = subprocess.run(
        [ROOT / "Tests/Fuzz/build"], env=environment, stdout=subprocess.PIPE, text=True)
    if built.returncode != 0:
        # It has said why; 3 means that the toolchain has no libFuzzer.
        sys.exit(0 if built.returncode == 3 else 1)
    program = built.stdout.strip()
    modules = defaultdict(lambda: [0, 0])
    unreached = defaultdict(list)
    for path, lines in lines_of(program):
        module = path.split("/")[1]
        source = (ROOT / path).read_text().splitlines()
        ignored = texts(source)
        for number, count in lines:
            # A brace that ends a block after a `return` never runs.
            if number in ignored or source[number - 1].strip() == "}":
                continue
            modules[module][0] += count > 0
            modules[module][1] += 1
            if count:
                continue
            if "--lines" in sys.argv[1:]:
                print(f"{path}:{number}: {source[number - 1].strip()}")
            if module in SHARES:
                unreached[(path, declaration(source, number))].append(number)
    failures = []
    print("| module | lines | reached |\n|---|---|---|")
    for module, (reached, count) in sorted(modules.items()):
        share = 100 * reached / count
        print(f"| {module} | {count} | {share:.1f} % |")
        if share < SHARES.get(module, 0):
            failures.append(f"{module}: the kept inputs reach less than {SHARES[module]} % of its lines")
    reasons = {}
    for line in REASONS.read_text().splitlines():
        if line and not line.startswith("#"):
            path, name, reason = line.split("\t")
            reasons[(path, name)] = reason
    for (path, name), numbers in sorted(unreached.items()):
        reason = reasons.pop((path, name), None)
        if not reason:
            place = f"{path}:{numbers[0]}"
            failures.append(f"{place}: {len(numbers)} lines without a reason in {REASONS.name}: {name}")
    failures += [f"{REASONS.name}: is reached, or not there: {path}\t{name}" for path, name in reasons]
    if failures:
        sys.exit("\n".join(failures))


if __name__ == "__main__":
    main()
