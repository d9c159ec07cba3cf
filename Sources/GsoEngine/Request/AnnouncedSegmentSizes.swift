public import WireFormats

/// The segment sizes that the ends of TCP connections announced, learned from their SYN segments.
///
/// A sender of TCP keeps to the size that its peer announced, so a frame that exceeds it was
/// segmented on its way to the wire, whatever the MTU would have taken.
///
/// ```swift
/// var announced = AnnouncedSegmentSizes()
/// announced.learn(from: frame, layout)                       // every frame, in order
/// let size = announced.maximumPayload(of: frame, layout)     // octets; nil if nothing is known
/// ```
///
/// The MSS option says how many octets of TCP payload its sender can receive in a segment without
/// TCP and IP options; the options that a segment has come off (RFC 9293, section 3.7.1). A SYN
/// without the option means 536 octets over IPv4 and 1,220 over IPv6 (the same section).
///
/// Memory is bounded: of the connections beyond the limit those are forgotten that were neither
/// opened nor asked for lately.
public struct AnnouncedSegmentSizes: Sendable {
  /// What one end of a connection announced.
  public struct Announcement: Hashable, Sendable {
    /// The size, in octets of TCP payload, before options are taken off.
    public let size: Int
    /// True if the SYN had no option, so the size is the default.
    public let isDefault: Bool
  }

  /// What is kept of a SYN.
  private struct Entry {
    let announcement: Announcement
    /// The initial sequence number, which tells a repeated SYN from a new connection.
    let sequenceNumber: UInt32
  }

  /// The default of IPv4: the smallest packet that every host takes, 576 octets, without headers.
  public static let defaultIPv4 = 536
  /// The default of IPv6: the smallest MTU, 1,280 octets, without headers.
  public static let defaultIPv6 = 1_220
  /// The smallest size that counts, TCP options included, as in Linux (`tcp_min_snd_mss`).
  ///
  /// Forty octets of options leave a payload of eight.
  public static let minimum = 48
  /// Ends of connections that are remembered, unless the caller chooses.
  public static let defaultCapacity = 262_144

  private let generationCapacity: Int
  // Two generations: once the younger one is full, it becomes the older one, and what that held is
  // forgotten. An entry that is asked for moves to the younger one.
  private var young: [TransportFlow: Entry] = [:]
  private var old: [TransportFlow: Entry] = [:]
  /// No end of a connection announced less.
  private var smallest = Int.max

  /// Remembers nothing yet.
  ///
  /// - Parameter capacity: The most ends of connections to remember, each of which takes about 150
  ///   octets; smaller values than 2 count as 2.
  public init(capacity: Int = defaultCapacity) {
    generationCapacity = max(1, capacity / 2)
  }

  /// Ends of connections that are remembered.
  public var count: Int { young.count + old.count }

  /// Learns from a frame, if that is a TCP segment with SYN.
  ///
  /// - Parameters:
  ///   - frame: The frame, at least as far as its headers.
  ///   - layout: Its layout.
  /// - Complexity: O(1) on average. Frames without SYN do not allocate.
  public mutating func learn(from frame: RawSpan, _ layout: PacketLayout) {
    guard let transport = layout.transport, transport.kind == .tcp, let network = layout.network,
      let header = try? TCPHeader(frame, at: transport.offset), header.flags.contains(.syn),
      let flow = TransportFlow(of: frame, layout)
    else { return }
    let previous = young[flow] ?? old[flow]
    if let previous, previous.sequenceNumber != header.sequenceNumber, !header.flags.contains(.ack)
    {
      // The ports are used again: what the other end said belongs to the connection before.
      young[flow.reversed] = nil
      old[flow.reversed] = nil
    }
    let option = Self.option(of: header)
    let byDefault = network.version == .ipv4 ? Self.defaultIPv4 : Self.defaultIPv6
    let announcement = Announcement(size: option ?? byDefault, isDefault: option == nil)
    remember(
      Entry(announcement: announcement, sequenceNumber: header.sequenceNumber), of: flow)
    smallest = min(smallest, announcement.size)
  }

  /// What the receiver of a TCP frame announced; nil if its SYN was not seen.
  ///
  /// - Complexity: O(1) on average.
  public mutating func announcement(
    toSenderOf frame: RawSpan, _ layout: PacketLayout
  ) -> Announcement? {
    guard layout.transport?.kind == .tcp, let flow = TransportFlow(of: frame, layout)?.reversed
    else { return nil }
    if let entry = young[flow] { return entry.announcement }
    guard let entry = old.removeValue(forKey: flow) else { return nil }
    remember(entry, of: flow)
    return entry.announcement
  }

  /// The largest payload of a TCP segment with the options of a frame; nil if the receiver
  /// announced nothing, or no limit.
  ///
  /// - Complexity: O(1) on average.
  public mutating func maximumPayload(of frame: RawSpan, _ layout: PacketLayout) -> Int? {
    announcement(toSenderOf: frame, layout)?.maximumPayload(of: layout)
  }

  /// Whether the payload of a frame exceeds what its receiver announced.
  ///
  /// - Complexity: O(1) on average; a frame that no end of any connection would refuse is not
  ///   looked up.
  public mutating func isExceeded(by frame: RawSpan, _ layout: PacketLayout) -> Bool {
    guard let payload = layout.payloadRange?.count, payload > 0, layout.transport?.kind == .tcp
    else { return false }
    if payload + layout.optionsLength <= max(smallest, Self.minimum) { return false }
    guard let limit = maximumPayload(of: frame, layout) else { return false }
    return payload > limit
  }

  private mutating func remember(_ entry: Entry, of flow: TransportFlow) {
    if young.count >= generationCapacity, young[flow] == nil {
      old = young
      young = [:]
    }
    old[flow] = nil
    young[flow] = entry
  }

  /// The MSS option; nil without one, or with one that says 0, which Linux ignores.
  private static func option(of header: borrowing TCPHeader) -> Int? {
    var cursor = header.optionCursor
    while let option = cursor.next() {
      guard option.kind == .maximumSegmentSize, option.dataRange.count == 2 else { continue }
      let size: UInt16 = header.options.networkOrder(at: option.dataRange.lowerBound)
      return size == 0 ? nil : Int(size)
    }
    return nil
  }
}

extension AnnouncedSegmentSizes.Announcement {
  /// The largest payload of a segment with the options of a frame; nil if the announcement sets no
  /// limit: 65,535 over IPv6 (RFC 2675, section 5.1).
  public func maximumPayload(of layout: PacketLayout) -> Int? {
    guard let network = layout.network, let transport = layout.transport, transport.kind == .tcp
    else { return nil }
    if network.version == .ipv6, size == Int(UInt16.max) { return nil }
    let tcpOptions = transport.headerLength - TCPHeader.minimumByteCount
    let networkOptions = layout.optionsLength - tcpOptions
    return max(size - networkOptions, AnnouncedSegmentSizes.minimum) - tcpOptions
  }
}

extension PacketLayout {
  /// Octets of IPv4 options or IPv6 extension headers, and of TCP options, that the innermost
  /// packet of each segment has.
  fileprivate var optionsLength: Int {
    guard let network, let transport else { return 0 }
    let fixed =
      network.version == .ipv4 ? IPv4Header.minimumByteCount : IPv6Header.byteCount
    let repeated = network.headerLength - JumboHeader.omittedLength(network)
    return repeated - fixed + transport.headerLength - TCPHeader.minimumByteCount
  }
}
