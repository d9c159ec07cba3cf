import WireFormats

/// The checksums of a frame: looked at, and finished where an offloading sender left them open.
struct ChecksumFinishing {
  /// Where two octets are to be replaced, and by what.
  private struct Patch {
    let offset: Int
    let value: UInt16
  }

  /// Checksums that were finished.
  private(set) var finishedCount = 0
  /// True if a TCP, UDP or IPv4 header checksum is simply wrong.
  private(set) var isWrong = false

  /// Looks at a frame without touching it.
  init(inspecting frame: RawSpan, _ layout: PacketLayout) {
    isWrong = Self.hasWrongHeaderChecksum(frame, layout)
    guard let checksum = layout.transportChecksum(of: frame) else { return }
    if case .wrong = checksum { isWrong = true }
    if checksum.isUnfinished { finishedCount = 1 }
  }

  /// Looks at a frame, and copies it to `copy` with finished checksums if any are to be finished.
  ///
  /// The outer checksum of a UDP tunnel counts what is inside, so it comes last; 0 means that there
  /// is none, over IPv6 too (RFC 6935).
  init(of frame: RawSpan, _ layout: PacketLayout, into copy: inout [UInt8]) {
    isWrong = Self.hasWrongHeaderChecksum(frame, layout)
    copy.removeAll(keepingCapacity: true)
    finish(frame, layout, &copy)
    guard let tunnel = layout.tunnel, tunnel.kind.isOverUDP,
      let header = try? UDPHeader(frame, at: tunnel.headerOffset), header.checksum != 0,
      let outer = try? PacketLayout(parsing: frame, link: layout.link)
    else { return }
    if copy.isEmpty {
      finish(frame, outer, &copy)
      return
    }
    var next: [UInt8] = []
    finish(copy.octets, outer, &next)
    if !next.isEmpty { copy = next }
  }

  private mutating func finish(_ frame: RawSpan, _ layout: PacketLayout, _ copy: inout [UInt8]) {
    let checksum = layout.transportChecksum(of: frame)
    switch checksum {
    case .pseudoHeaderSum, .pseudoHeaderSumWithoutLength:
      let lacksLength = checksum == .pseudoHeaderSumWithoutLength
      guard let patch = Self.patch(frame, layout, lacksLength: lacksLength) else { return }
      // SAFETY: the buffer is only read, and only while the closure runs.
      unsafe frame.withUnsafeBytes { unsafe copy.append(contentsOf: $0) }
      copy[patch.offset] = UInt8(patch.value >> 8)
      copy[patch.offset + 1] = UInt8(patch.value & 0xFF)
      finishedCount += 1
    case .wrong: isWrong = true
    case .valid, .unused, nil: break
    }
  }

  /// The finished checksum: the field holds the pseudo header already, at most its length is missing.
  private static func patch(
    _ frame: RawSpan, _ layout: PacketLayout, lacksLength: Bool
  ) -> Patch? {
    guard let network = layout.network, let transport = layout.transport else { return nil }
    let segment = frame.extracting(transport.offset..<network.end)
    var sum = InternetChecksum()
    // First, while the number of octets is even: behind an odd one it would count turned round.
    if lacksLength { sum.add(UInt32(segment.byteCount)) }
    sum.add(segment)
    let checksum = sum.checksum
    let value = checksum == 0 && transport.kind == .udp ? 0xFFFF : checksum
    return Patch(offset: transport.checksumOffset, value: value)
  }

  private static func hasWrongHeaderChecksum(_ frame: RawSpan, _ layout: PacketLayout) -> Bool {
    for network in [layout.tunnel?.network, layout.network] {
      guard let network, network.version == .ipv4,
        let header = try? IPv4Header(frame, at: network.offset)
      else { continue }
      if !header.hasValidChecksum { return true }
    }
    return false
  }
}
