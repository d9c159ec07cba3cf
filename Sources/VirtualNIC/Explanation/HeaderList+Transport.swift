internal import WireFormats

extension HeaderList {
  /// The transport header of a frame, and whether its checksum is right.
  mutating func addTransport(_ frame: RawSpan, _ layout: PacketLayout) {
    guard let transport = layout.transport else { return }
    let state = Self.text(layout.transportChecksum(of: frame))
    switch transport.kind {
    case .tcp: addTCP(frame, at: transport.offset, state)
    case .udp: addUDP(frame, at: transport.offset, state)
    }
    if let range = layout.payloadRange {
      begin("payload", at: range.lowerBound, length: range.count)
    }
  }

  mutating func addUDP(_ frame: RawSpan, at offset: Int, _ state: String? = nil) {
    guard let header = try? UDPHeader(frame, at: offset) else { return }
    begin("UDP", at: offset, length: UDPHeader.byteCount)
    add("source port", at: 0, 2, header.sourcePort)
    add("destination port", at: 2, 2, header.destinationPort)
    add("length", at: 4, 2, header.length)
    add("checksum", at: 6, 2, hex(header.checksum), note: state)
  }

  private mutating func addTCP(_ frame: RawSpan, at offset: Int, _ state: String?) {
    guard let header = try? TCPHeader(frame, at: offset) else { return }
    begin("TCP", at: offset, length: header.headerLength)
    add("source port", at: 0, 2, header.sourcePort)
    add("destination port", at: 2, 2, header.destinationPort)
    add("sequence number", at: 4, 4, header.sequenceNumber)
    add("acknowledgment number", at: 8, 4, header.acknowledgmentNumber)
    add("flags", at: 12, 2, header.flags)
    add("window", at: 14, 2, header.window)
    add("checksum", at: 16, 2, hex(header.checksum), note: state)
    add("urgent pointer", at: 18, 2, header.urgentPointer)
    addOptions(header.options)
  }

  private mutating func addOptions(_ options: RawSpan) {
    var cursor = TCPOptionCursor(options)
    while let option = cursor.next() {
      let data = option.dataRange
      let header = option.kind == .noOperation ? 1 : 2
      let start = option.kind == .noOperation ? data.lowerBound - 1 : data.lowerBound - 2
      add(
        "option \(Self.name(option.kind))", at: TCPHeader.minimumByteCount + start,
        header + data.count, Self.value(option, options))
    }
    if cursor.isMalformed { add("options", at: 20, options.byteCount, "malformed") }
  }

  private static func name(_ kind: TCPOption.Kind) -> String {
    switch kind {
    case .noOperation: "no-operation"
    case .maximumSegmentSize: "MSS"
    case .windowScale: "window scale"
    case .selectiveAcknowledgmentPermitted: "SACK permitted"
    case .selectiveAcknowledgment: "SACK"
    case .timestamps: "time stamps"
    default: "\(kind.rawValue)"
    }
  }

  private static func value(_ option: TCPOption, _ options: RawSpan) -> String {
    let data = options.extracting(option.dataRange)
    switch (option.kind, data.byteCount) {
    case (.maximumSegmentSize, 2): return "\(data.networkOrder(at: 0, as: UInt16.self))"
    case (.windowScale, 1): return "\(data.octet(at: 0))"
    case (.timestamps, 8), (.selectiveAcknowledgment, 8...):
      let numbers = stride(from: 0, to: data.byteCount - 3, by: 4).map {
        "\(data.networkOrder(at: $0, as: UInt32.self))"
      }
      return numbers.joined(separator: " ")
    default:
      return data.array(0..<data.byteCount).map { String($0, radix: 16) }.joined(separator: " ")
    }
  }

  private static func text(_ checksum: TransportChecksum?) -> String {
    switch checksum {
    case .valid: "right"
    case .unused: "none"
    case .pseudoHeaderSum: "partial: the sum of the pseudo header"
    case .pseudoHeaderSumWithoutLength: "partial: the sum of the pseudo header without length"
    case .wrong(_, let expected): "wrong: should be \(hex(expected))"
    case nil: "cannot be checked"
    }
  }
}
