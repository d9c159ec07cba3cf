import GsoEngine
import PacketCapture
import WireFormats

/// The checksums of a frame: looked at, and finished where an offloading sender left them open.
struct ChecksumFinishing {
  /// True if a checksum was left open.
  private(set) var isUnfinished = false
  /// True if a TCP, UDP or IPv4 header checksum is simply wrong.
  private(set) var isWrong = false

  /// Has looked at nothing yet.
  init() {}

  /// Looks at a frame without touching it.
  init(inspecting frame: RawSpan, _ layout: PacketLayout) {
    isWrong = Self.hasWrongHeaderChecksum(frame, layout)
    guard let checksum = layout.transportChecksum(of: frame) else { return }
    if case .wrong = checksum { isWrong = true }
    isUnfinished = checksum.isUnfinished
  }

  /// Looks at a frame, and finishes in place what is to be finished.
  ///
  /// The outer checksum of a UDP tunnel counts what is inside, so it comes last; 0 means that there
  /// is none, over IPv6 too (RFC 6935).
  mutating func finish(_ frame: inout MutableRawSpan, _ layout: PacketLayout) {
    isWrong = Self.hasWrongHeaderChecksum(frame.bytes, layout)
    finishTransport(&frame, layout)
    if layout.tunnel != nil, let outer = Self.outerLayout(frame.bytes, layout) {
      finishTransport(&frame, outer)
    }
  }

  /// Does what pcapng's flags say about the transport checksum, else as without them.
  ///
  /// One that is not ready is computed, whatever its field holds: it says so of every segment to be
  /// made as well. One that was found right stays, even if it looks like a pseudo header's sum.
  ///
  /// - Returns: Whether octets changed.
  mutating func finish(
    _ frame: inout MutableRawSpan, _ layout: PacketLayout, _ flags: PacketFlags
  ) -> Bool {
    if !flags.isDisjoint(with: [.checksumNotReady, .segmentationOffload]),
      let plan = try? ChecksumPlan(of: frame.bytes, layout: layout, fields: .transport),
      (try? plan.apply(to: &frame)) != nil
    {
      isUnfinished = true
      isWrong = Self.hasWrongHeaderChecksum(frame.bytes, layout)
      return true
    }
    if flags.contains(.checksumValid) {
      isWrong = Self.hasWrongHeaderChecksum(frame.bytes, layout)
      if case .wrong? = layout.transportChecksum(of: frame.bytes) { isWrong = true }
      return false
    }
    finish(&frame, layout)
    return isUnfinished
  }

  /// The layout that ends with the outer UDP header of a tunnel; nil if that has no checksum.
  private static func outerLayout(_ frame: RawSpan, _ layout: PacketLayout) -> PacketLayout? {
    guard let tunnel = layout.tunnel, tunnel.kind.isOverUDP,
      let header = try? UDPHeader(frame, at: tunnel.headerOffset), header.checksum != 0
    else { return nil }
    return try? PacketLayout(parsing: frame, link: layout.link, tunnels: .none)
  }

  private mutating func finishTransport(_ frame: inout MutableRawSpan, _ layout: PacketLayout) {
    let checksum = layout.transportChecksum(of: frame.bytes)
    if case .wrong = checksum { isWrong = true }
    guard let checksum, checksum.isUnfinished, let end = layout.network?.end,
      let transport = layout.transport
    else { return }
    let value = Self.finished(
      frame.bytes, transport.offset..<end, transport.kind,
      lacksLength: checksum == .pseudoHeaderSumWithoutLength)
    frame.setNetworkOrder(value, at: transport.checksumOffset)
    isUnfinished = true
  }

  /// The finished checksum: the field holds the pseudo header already, at most its length is missing.
  private static func finished(
    _ frame: RawSpan, _ segment: Range<Int>, _ kind: TransportLayout.Kind, lacksLength: Bool
  ) -> UInt16 {
    var sum = InternetChecksum()
    // First, while the number of octets is even: behind an odd one it would count turned round.
    if lacksLength { sum.add(UInt32(segment.count)) }
    sum.add(frame.extracting(segment))
    let checksum = sum.checksum
    return checksum == 0 && kind == .udp ? 0xFFFF : checksum
  }

  // Field by field, here and in what is asked of every frame: layouts are large to copy.
  private static func hasWrongHeaderChecksum(_ frame: RawSpan, _ layout: PacketLayout) -> Bool {
    if layout.tunnel?.network.version == .ipv4, let offset = layout.tunnel?.network.offset,
      isWrong(frame, headerAt: offset)
    {
      return true
    }
    guard layout.network?.version == .ipv4, let offset = layout.network?.offset else {
      return false
    }
    return isWrong(frame, headerAt: offset)
  }

  private static func isWrong(_ frame: RawSpan, headerAt offset: Int) -> Bool {
    guard let header = try? IPv4Header(frame, at: offset) else { return false }
    return !header.hasValidChecksum
  }
}
