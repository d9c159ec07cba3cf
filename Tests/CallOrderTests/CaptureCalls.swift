import PacketCapture
import VirtualNICTesting
import WireFormats
import XCTest

extension Call {
  static let captureCalls: [Call] = readerCalls + writerCalls

  private static let readerCalls: [Call] = [
    Call("CaptureReader.init(bufferByteCount:)") { walk in
      walk.memory.reader = try CaptureReader(bufferByteCount: walk.size(0...100_000))
    },
    Call("CaptureReader.append(_:)") { $0.memory.reader.append($0.piece()) },
    Call("CaptureReader.fill(_:)") { walk in
      let piece = walk.piece()
      _ = walk.memory.reader.fill { output in
        output.write(piece)
      }
    },
    Call("CaptureReader.finish()") { walk in
      if walk.random.oneIn(4) { walk.memory.reader.finish() }
    },
    Call("CaptureReader.next()") { walk in
      try walk.memory.withReader { reader in
        guard let record = try reader.next() else { return }
        _ = (record.comments.count, record.copyOctets().count)
      }
    },
    Call("CaptureReader.nextItem()") { walk in
      try walk.memory.withReader { reader in
        guard let item = try reader.nextItem() else { return }
        _ = item.optionCodes.count
      }
    },
    Call("CaptureReader.next(filling:)") { walk in
      var input = Input(walk.piece())
      try walk.memory.withReader { reader in
        guard let record = try reader.next(filling: { input.write(to: &$0) }) else { return }
        _ = record.capturedLength
      }
    },
    Call("CaptureReader.next(filling:blocks:)") { walk in
      var input = Input(walk.piece())
      try walk.memory.withReader { reader in
        guard
          let record = try reader.next(
            filling: { input.write(to: &$0) }, blocks: { _ = $0.optionCodes })
        else { return }
        _ = record.capturedLength
      }
    },
    Call("CaptureReader.nextItem(filling:)") { walk in
      var input = Input(walk.piece())
      try walk.memory.withReader { reader in
        guard let item = try reader.nextItem(filling: { input.write(to: &$0) }) else { return }
        _ = item.octets.byteCount
      }
    },
    Call("CaptureReader.forEachRecord(in:_:)") { walk in
      try CaptureReader.forEachRecord(in: walk.capture()) { _ = $0.comments }
    },
    Call("CaptureReader.frames(in:)") { walk in _ = try CaptureReader.frames(in: walk.capture()) },
  ]

  private static let writerCalls: [Call] = [
    Call("PcapWriter.init(_:byteOrder:)") { walk in
      walk.memory.pcap = try PcapWriter(walk.interface(), byteOrder: .bigEndian)
    },
    Call("PcapWriter.write(_:)") { walk in
      try CaptureReader.forEachRecord(in: walk.capture()) { try walk.memory.pcap.write($0) }
    },
    Call("PcapWriter.write(_:at:originalLength:linkType:)") { walk in
      try walk.memory.pcap.write(
        walk.frame(), at: walk.timestamp(), originalLength: walk.number(0...3_000))
    },
    Call("PcapWriter.write(_:at:originalLength:linkType:trailerByteCount:edit:)") { walk in
      let (frame, trailer) = (walk.frame(), walk.size(0...8))
      try walk.memory.pcap.write(
        frame.octets, at: walk.timestamp(), trailerByteCount: trailer,
        edit: { XCTAssertEqual($0.byteCount, frame.count + trailer) })
    },
    Call("PcapWriter.drain(_:)") { $0.memory.pcap.drain { _ = $0.byteCount } },
    Call("PcapWriter.takeOctets()") { walk in
      let octets = walk.memory.pcap.takeOctets()
      XCTAssertEqual(walk.memory.pcap.pendingByteCount, 0)
      _ = try CaptureReader.frames(in: octets)
    },
    Call("PcapngWriter.addInterface(_:)") { walk in
      _ = try walk.memory.pcapng.addInterface(walk.interface())
    },
    Call("PcapngWriter.index(of:)") { walk in
      _ = try walk.memory.pcapng.index(of: walk.interface())
    },
    Call("PcapngWriter.write(_:interface:)") { walk in
      let interface = walk.number(0...3)
      try CaptureReader.forEachRecord(in: walk.capture()) {
        try walk.memory.pcapng.write($0, interface: interface)
      }
    },
    Call("PcapngWriter.write(_:interface:at:originalLength:comment:)") { walk in
      try walk.memory.pcapng.write(
        walk.frame(), interface: walk.number(0...3), at: walk.timestamp(),
        originalLength: walk.random.oneIn(2) ? nil : walk.number(0...3_000), comment: "a\u{FFFD}")
    },
    Call(
      "PcapngWriter.write(_:interface:at:originalLength:comment:trailerByteCount:edit:)"
    ) { walk in
      let frame = walk.frame()
      try walk.memory.pcapng.write(
        frame.octets, interface: walk.number(0...3), at: walk.timestamp(),
        trailerByteCount: walk.size(0...8), edit: { _ = $0.byteCount })
    },
    Call("PcapngWriter.copy(_:)") { walk in
      var reader = CaptureReader()
      reader.append(walk.capture())
      reader.finish()
      for _ in 0..<6 {
        guard let item = try reader.nextItem() else { return }
        try walk.memory.pcapng.copy(item)
      }
    },
    Call("PcapngWriter.copy(_:edit:)") { walk in
      try CaptureReader.forEachRecord(in: walk.capture()) {
        try walk.memory.pcapng.copy($0, edit: { _ in true })
      }
    },
    Call(
      "PcapngWriter.write(_:madeOf:_:originalLength:comment:trailerByteCount:edit:)"
    ) { walk in
      let (frame, trailer) = (walk.frame(), walk.size(0...8))
      try CaptureReader.forEachRecord(in: walk.capture()) {
        try walk.memory.pcapng.write(
          frame.octets, madeOf: $0, .first, comment: "c", trailerByteCount: trailer)
      }
    },
    Call("PcapngWriter.drain(_:)") { $0.memory.pcapng.drain { _ = $0.byteCount } },
    Call("PcapngWriter.takeOctets()") { walk in
      _ = walk.memory.pcapng.takeOctets()
      XCTAssertEqual(walk.memory.pcapng.pendingByteCount, 0)
    },
  ]
}

/// Octets that a reader gets in one piece, before the end of the input.
private struct Input {
  private var octets: [UInt8]?

  init(_ octets: [UInt8]) { self.octets = octets }

  mutating func write(to output: inout OutputRawSpan) {
    if let octets = octets.take() { output.write(octets) }
  }
}

extension Walk {
  fileprivate func timestamp() -> CaptureTimestamp {
    CaptureTimestamp(
      nanoseconds: random.oneIn(4)
        ? random.pick([.min, -1, 0, .max]) : Int64(random.below(2_000_000_000)))
  }

  fileprivate func interface() -> CaptureInterface {
    var interface = CaptureInterface(linkType: random.pick([.ethernet, .raw]))
    interface.snapLength = random.integer()
    interface.timestampOffset = random.oneIn(4) ? random.pick([.min, .max]) : 0
    if random.oneIn(3) { interface.frameCheckSequenceByteCount = number(0...8) }
    if random.oneIn(3) { interface.name = String(repeating: "ä", count: random.below(400)) }
    return interface
  }

  /// A small capture of either format, sound or damaged.
  fileprivate func capture() -> [UInt8] {
    var octets: [UInt8]
    if random.oneIn(2) {
      var writer = PcapWriter(linkType: .ethernet)
      for _ in 0..<random.below(3) {
        try? writer.write(frame(), at: CaptureTimestamp(nanoseconds: 5))
      }
      octets = writer.takeOctets()
    } else {
      var writer = PcapngWriter(byteOrder: random.pick([.littleEndian, .bigEndian]))
      let index = (try? writer.addInterface(CaptureInterface(linkType: .ethernet))) ?? 0
      for _ in 0..<random.below(3) {
        try? writer.write(
          frame(), interface: index, at: CaptureTimestamp(nanoseconds: 5), comment: "x")
      }
      octets = writer.takeOctets()
    }
    if random.oneIn(2) {
      for _ in 0..<3 { octets[random.below(octets.count)] = random.integer() }
    }
    return octets
  }

  /// A piece of a capture.
  fileprivate func piece() -> [UInt8] {
    let octets = capture()
    return random.oneIn(3) ? Array(octets.prefix(random.below(60))) : octets
  }
}
