#!/usr/bin/env python3
"""Compiles every block of Swift in the documentation.

    .ci/examples.py MODULES MODULEMAP...

MODULES is the folder with the compiled modules. Blocks are those of the articles and of the
documentation comments. A block may use the names of `PRELUDE`, what the blocks before it in the same
article declare, and `…` where a body is left to the reader.

The blocks of a tutorial are one program. It is run, and what it prints must be what the tutorial says
in its blocks without a language.
"""

import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent

TUTORIALS = [
    "Sources/VirtualNIC/VirtualNIC.docc/SegmentACapture.md",
    "Sources/VirtualNIC/VirtualNIC.docc/ANICInASimulator.md",
    "Sources/VirtualNICTesting/VirtualNICTesting.docc/TestADriver.md",
]

# What a reader has at hand: names that examples use without declaring them.
PRELUDE = """
  var recipe = FrameRecipe(payload: .counting(65_000), checksum: .pseudoHeader)
  let superFrame = try recipe.octets
  var frame = superFrame, octets = superFrame
  let layout = try PacketLayout(parsing: frame)
  let plan = try SegmentationPlan(of: frame, request: .init(segmentSize: 1_448))
  var arena = try SegmentArena(byteCount: 80_000)
  let batch = [frame], segments = [frame], sent = [frame]
  var frames = [frame]
  let now: UInt64 = 0
  let virtio = VirtioNetHeader()
  let wire = QueueLink()
  let nic = try VirtualNIC(macAddress: MACAddress(0x02_00_00_00_00_01), mtu: 1_500)
  let (left, right) = (nic, nic)
  let adapter = nic.adapter
  let gso = GsoCapabilities(
    layer3: .all, layer4: .all, maximumOffloadSize: 65_536, minimumSegmentCount: 2
  ) { _, _ in }
  let noLargeSend = OffloadParameters()
  let driver = Driver()
  let declared = DeclaredCapabilities()
  var inbox: [[UInt8]] = []
  let file = SomeFile()
  var reader = CaptureReader()
  var writer = PcapWriter(linkType: .ethernet)
  let timestamp = CaptureTimestamp(nanoseconds: 0)
"""

IMPORTS = """import Foundation
import FrameRecipes
import GsoEngine
#if os(Linux)
  import LinuxWire
#endif
import NetAdapterCore
import PacketCapture
import Synchronization
import VirtualNIC
import VirtualNICTesting
import WireFormats

"""

# What a tutorial may import.
LIBRARIES = [
    "WireFormats", "PacketCapture", "FrameRecipes", "GsoEngine", "NetAdapterCore", "VirtualNIC",
    "VirtualNICTesting",
]

# What examples take for granted outside of their module.
SUPPORT = """
struct SomeFile {
  func read(into span: inout OutputRawSpan) throws {}
  func write(_ octets: RawSpan) throws {}
}
final class Driver {
  var callbacks: PacketQueueCallbacks {
    PacketQueueCallbacks(
      evtAdvance: { _, _ in }, evtCancel: { _, _ in }, evtSetNotificationEnabled: { _, _ in })
  }
}
#if os(Linux)
  final class SomeWorld: VirtualTimeWorld {
    func receive(
      _ header: VirtioNetHeader, _ frame: RawSpan, from end: Int, at time: VirtualTime,
      _ calendar: VirtualTimeCalendar) {}
    var nextEvent: VirtualTime? { nil }
    func advance(to time: VirtualTime, _ calendar: VirtualTimeCalendar) {}
  }
#endif
func XCTAssertEqual<Value: Equatable>(_ a: Value, _ b: Value) {}
func XCTAssertFalse(_ value: Bool, _ text: String) {}
func XCTAssertNil(_ value: Any?) {}
func send(_ frame: RawSpan, _ metadata: CoalescedUnit.Metadata? = nil) {}
func send(_ frame: [UInt8]) {}
func write(_ frame: RawSpan) {}
func looksRight(_ frames: [[UInt8]]) -> Bool { frames.isEmpty }
"""

# Names that mean something else in one place.
INSTEAD = {
    "GsoEngine/Coalescing/Coalescer+State": "let coalescer = try Coalescer(CoalescingRequest())",
    "GsoEngine/Metadata/OffloadAction": """
      let header = virtio
      var storage = superFrame
      var span = storage.mutableSpan
      var octets = span.mutableBytes""",
    "GsoEngine/Render/FrameBatch": "let frames = arena.frames",
    "GsoEngine/Request/AnnouncedSegmentSizes": "let frame = superFrame.octets",
    "GsoEngine/Scatter/LinearHeaders": """
      let buffers = [0..<superFrame.count]
      let frame = try ScatteredFrame(memory: superFrame.octets, buffers: buffers.span)""",
    "GsoEngine/Scatter/ScatteredFrame": """
      let guestMemory = superFrame.octets
      let descriptors = [0..<superFrame.count]""",
    "LinuxWire/LinuxWire.docc/AttachingAnEmulator": """
      let isRunning = false
      func now() -> VirtualTime { .start }
      func waitForInput(_ descriptors: [Int32], until time: VirtualTime?) {}""",
    "LinuxWire/Vhost/VhostUserBackend": "func poll(_ descriptors: [Int32]) {}",
    "LinuxWire/Vhost/VirtualTimeCalendar": """
      let left = try VhostUserBackend(path: "left"), right = try VhostUserBackend(path: "right")
      let wire = SomeWorld()
      func poll(_ descriptors: [Int32]) {}
      let bridge = try WireBridge(WireSide(TAP("left"), nic), WireSide(TAP("right"), nic))""",
    "LinuxWire/WireBridge": "let (leftNIC, rightNIC, isRunning, now) = (nic, nic, false, VirtualTime.start)",
    "NetAdapterCore/Adapter/DatapathState": """
      var (seen, state) = (adapter.changeCount, adapter.datapathState)""",
    "NetAdapterCore/Adapter/NetAdapter+Context": "let offload = ActiveOffloads()",
    "PacketCapture/Pcap/PcapWriter": "let now: Int64 = 0",
    "VirtualNIC/Explanation/CoalescingExplanation": "let received = [ArrivedFrame]()",
    "VirtualNIC/State/VirtualNIC+Save": "let capabilities = DeclaredCapabilities()",
    "VirtualNIC/VirtualNIC.docc/StopAndGoOn": """
      let (sink, capabilities) = (QueueLink(), DeclaredCapabilities())
      let wire = ImpairedLink(Impairments(), seed: 7, next: sink)
      let queue = try nic.makeTransmitQueue(ringSize: 16)""",
    "VirtualNIC/Queue/TransmitFrameQueue+Post": "let queue = try nic.makeTransmitQueue(ringSize: 16)",
    "VirtualNICTesting/Coalescing/CoalescingFaults": """
      let (delivered, received) = ([DeliveredFrame](), [[UInt8]]())""",
    "VirtualNICTesting/Faults/FrameFault": "let fault = try segmentationFaults(sent, of: frame)[0]",
    "WireFormats/State/StateReader": "var droppedCount = 0",
    "WireFormats/State/StateWriter": "let droppedCount = 0",
    "WireFormats/Checksum/InternetChecksum": """
      let (header, payload) = (superFrame.octets, superFrame.octets)""",
    "WireFormats/Headers/TCPOptionCursor": """
      let tcp = try TCPHeader(superFrame.octets, at: 34)""",
}

PLACEHOLDERS = [("{ … }", "{}"), (" in … }", " in }"), ("  …\n", "")]


def blocks(path, language="swift"):
    """The blocks of one file in a language: where each starts, and its lines."""
    article = path.suffix == ".md"
    start, block, kind = 0, None, ""
    for number, line in enumerate(path.read_text().split("\n"), 1):
        if not article:
            comment = re.match(r"\s*/// ?(.*)", line)
            if comment is None:
                block = None
                continue
            line = comment.group(1)
        if block is None and line.startswith("```"):
            start, block, kind = number + 1, [], line[3:]
        elif block is not None and line.startswith("```"):
            if kind == language:
                yield start, block
            block = None
        elif block is not None:
            block.append(line)


def local(lines):
    """A block as the body of a function: imports are those of the whole file."""
    text = "\n".join(line for line in lines if not re.match(r"import ", line))
    for shown, real in PLACEHOLDERS:
        text = text.replace(shown, real)
    return text


def program(path):
    """The functions of one file: one for each block, or one for all blocks of an article."""
    name = re.sub(r"\W", "_", str(path.relative_to(ROOT)))
    key = str(path.relative_to(ROOT).with_suffix("")).removeprefix("Sources/")
    functions = []
    body, depth = "", 0
    for start, lines in blocks(path):
        if lines and re.match(r"\.(package|product)\(", lines[0]):
            continue  # lines of a manifest
        place = f'#sourceLocation(file: "{path.relative_to(ROOT)}", line: {start})'
        body += f"do {{\n{place}\n{local(lines)}\n#sourceLocation()\n"
        depth += 1
        if path.suffix != ".md":
            functions.append(function(f"{name}_{start}", key, body, depth))
            body, depth = "", 0
    if depth:
        functions.append(function(name, key, body, depth))
    return functions


def function(name, key, body, depth):
    """Blocks that are open, with what they use before them."""
    return (
        f"func {name}() throws {{\n{PRELUDE}\ndo {{\n{INSTEAD.get(key, '')}\n"
        f"{body}{'}' * depth}\n}}\n}}\n")


def run(path, modules, flags, folder):
    """Runs a tutorial, and compares what it prints."""
    imported = sorted(
        {line for _, lines in blocks(path) for line in lines if re.match(r"import ", line)})
    code, depth = "\n".join(imported) + "\n", 0
    for start, lines in blocks(path):
        place = f'#sourceLocation(file: "{path.relative_to(ROOT)}", line: {start})'
        code += f"do {{\n{place}\n{local(lines)}\n#sourceLocation()\n"
        depth += 1
    source, tool = pathlib.Path(folder) / "main.swift", pathlib.Path(folder) / "tutorial"
    source.write_text(code + "}" * depth + "\n")
    objects = [
        str(p) for module in LIBRARIES for p in (pathlib.Path(modules).parent / f"{module}.build").rglob("*.o")]
    built = subprocess.run(
        ["swiftc", "-suppress-warnings", *flags, str(source), *objects, "-o", str(tool)], cwd=ROOT)
    if built.returncode != 0:
        sys.exit(f"{path.relative_to(ROOT)} does not build")
    printed = subprocess.run([str(tool)], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    said = "".join(line + "\n" for _, lines in blocks(path, "") for line in lines)
    if printed != said:
        sys.exit(f"{path.relative_to(ROOT)} prints\n{printed}and says\n{said}")


def main():
    modules, maps = sys.argv[1], sys.argv[2:]
    flags = ["-I", modules, *[f for m in maps for f in ("-Xcc", f"-fmodule-map-file={m}")]]
    paths = [ROOT / "README.md"]
    paths += sorted(p for p in (ROOT / "Sources").rglob("*") if p.suffix in (".md", ".swift"))
    count = 0
    with tempfile.TemporaryDirectory(prefix="vnic-examples.") as folder:
        files = []
        for path in paths:
            if "vnic/" in str(path.relative_to(ROOT)):
                continue
            functions = program(path)
            if not functions:
                continue
            count += sum(1 for _ in blocks(path))
            file = pathlib.Path(folder) / (re.sub(r"\W", "_", str(path.relative_to(ROOT))) + ".swift")
            file.write_text(IMPORTS + "".join(functions))
            files.append(str(file))
        support = pathlib.Path(folder) / "Support.swift"
        support.write_text(IMPORTS + SUPPORT)
        files.append(str(support))
        result = subprocess.run(
            ["swiftc", "-typecheck", "-whole-module-optimization", "-swift-version", "6", "-suppress-warnings", "-module-name",
             "Examples", "-package-name", ROOT.name.lower(), *flags, *files], cwd=ROOT)
        if result.returncode != 0:
            sys.exit("an example of the documentation does not compile")
        for tutorial in TUTORIALS:
            run(ROOT / tutorial, modules, flags, folder)
    print(f"{count} examples of the documentation compiled, {len(TUTORIALS)} tutorials run")


if __name__ == "__main__":
    main()
