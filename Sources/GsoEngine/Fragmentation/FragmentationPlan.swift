public import WireFormats

/// One fragment of a plan, described before it is written.
///
/// All lengths are octets; ranges count from the first octet of the frame that was planned.
public struct Fragment: PlannedFrame, Hashable {
  /// Position in the plan, from 0.
  public let index: Int
  /// The octets of the planned frame that this fragment carries after its IP headers.
  public let payloadRange: Range<Int>
  /// Length of link header and IP headers, with an IPv6 fragment header.
  public let headerLength: Int
  /// Where the payload lies in the packet that the receiver reassembles.
  public let fragmentOffset: Int
  /// True for all fragments but the last, and for that too if the packet is a fragment that others
  /// follow.
  public let moreFragments: Bool
  /// The same in all fragments: 16 bits over IPv4, 32 over IPv6.
  public let identification: UInt32

  /// Length of the complete frame.
  public var frameLength: Int { headerLength + payloadRange.count }
}

/// How a packet will be fragmented (RFC 791, section 3.2; RFC 8200, section 4.5).
///
/// Fragments are made below the transport layer, unlike the segments of a ``SegmentationPlan``: the
/// receiver reassembles one datagram. Linux calls this UDP fragmentation offload when a NIC does
/// it.
///
/// A plan is a value of at most 160 octets.
public struct FragmentationPlan: Hashable, Sendable {
  // Stored properties are as small as the formats allow, because plans are copied a lot.
  /// The layout of the frame that was planned.
  public let layout: PacketLayout
  /// The IP header of the packet, the outer one in a tunnel.
  internal let network: NetworkLayout
  private let fragmentSize32: UInt32
  private let count32: UInt32
  private let laterHeaderLength32: UInt32
  /// Flags and offset of a packet that is an IPv4 fragment itself; 0 of any other.
  private let fragmentField: UInt16
  /// The same in all fragments: 16 bits over IPv4, 32 over IPv6.
  public let identification: UInt32
  /// What happens to DF, to IPv4 options and to checksums.
  public let rules: FragmentationRules

  /// Octets after the IP headers of every fragment but the last; a multiple of 8 if there are
  /// several.
  public var fragmentSize: Int { Int(fragmentSize32) }

  /// Number of fragments; 1 if the packet is not fragmented.
  public var count: Int { Int(count32) }

  /// The octets that fragments carry, in octets from the start of the frame.
  public var fragmentableRange: Range<Int> {
    (network.offset + network.perFragmentLength)..<network.end
  }

  /// Length of link and IP headers of the fragments after the first one, in octets.
  internal var laterHeaderLength: Int { Int(laterHeaderLength32) }

  /// Plans the fragments of a frame whose layout is known.
  ///
  /// In a tunnel the outer packet is fragmented; of the inner one only checksums are completed. A
  /// datagram that ends before its packet (RFC 9868) is fragmented with the octets after it.
  ///
  /// - Parameters:
  ///   - frame: The whole frame, from its link header.
  ///   - layout: The layout of that frame.
  ///   - request: What is asked for.
  /// - Throws: ``SegmentationError`` if the packet cannot be fragmented as asked.
  /// - Complexity: O(1). Does not allocate.
  public init(
    of frame: RawSpan, layout: PacketLayout, request: FragmentationRequest
  ) throws(SegmentationError) {
    let check = try FragmentationCheck(of: frame, layout: layout, request: request)
    self.layout = layout
    (network, rules) = (check.network, request.rules)
    fragmentSize32 = UInt32(truncatingIfNeeded: check.fragmentSize)
    count32 = UInt32(truncatingIfNeeded: check.fragmentCount)
    laterHeaderLength32 = UInt32(truncatingIfNeeded: check.laterHeaderLength)
    fragmentField =
      network.isIPv4Fragment
      ? frame.networkOrder(at: network.offset + IPv4Header.Field.fragment) : 0
    switch network.version {
    case .ipv4:
      identification = UInt32(
        frame.networkOrder(
          at: check.network.offset + IPv4Header.Field.identification, as: UInt16.self))
    case .ipv6: identification = request.identification
    }
  }

  /// Reads the headers of a frame and plans its fragments.
  ///
  /// - Parameters:
  ///   - frame: The whole frame, from its link header.
  ///   - link: What the frame starts with.
  ///   - tunnels: Tunnels in which partial checksums are completed; defaults to all well-known
  ///     ones.
  ///   - request: What is asked for.
  /// - Throws: ``SegmentationError`` if the packet cannot be fragmented as asked.
  /// - Complexity: O(*n*) in the number of headers. Does not allocate.
  public init(
    of frame: RawSpan, link: LinkLayer = .ethernet, tunnels: TunnelRecognition = .wellKnown,
    request: FragmentationRequest
  ) throws(SegmentationError) {
    let layout = try PacketLayout(reading: frame, link: link, tunnels: tunnels)
    try self.init(of: frame, layout: layout, request: request)
  }

  /// Reads the headers of a frame that is held as an array, and plans its fragments.
  ///
  /// - Parameters:
  ///   - frame: The whole frame, from its link header.
  ///   - link: What the frame starts with.
  ///   - tunnels: Tunnels in which partial checksums are completed; defaults to all well-known
  ///     ones.
  ///   - request: What is asked for.
  /// - Throws: ``SegmentationError`` if the packet cannot be fragmented as asked.
  public init(
    of frame: [UInt8], link: LinkLayer = .ethernet, tunnels: TunnelRecognition = .wellKnown,
    request: FragmentationRequest
  ) throws(SegmentationError) {
    try self.init(of: frame.octets, link: link, tunnels: tunnels, request: request)
  }
}

extension FragmentationPlan: FramePlan {
  /// Always 0.
  public var startIndex: Int { 0 }
  /// The number of fragments.
  public var endIndex: Int { count }

  /// Describes fragment `index`.
  ///
  /// - Precondition: `index` is in `0..<count`.
  /// - Complexity: O(1). Does not allocate.
  public subscript(index: Int) -> Fragment {
    precondition(index >= 0 && index < count, "fragment index out of range")
    return Fragment(
      index: index, payloadRange: payloadRange(of: index), headerLength: headerLength(of: index),
      fragmentOffset: fragmentOffset(of: index), moreFragments: hasMoreFragments(after: index),
      identification: identification)
  }

  /// Where the payload of a fragment lies in the packet that the receiver reassembles.
  internal func fragmentOffset(of index: Int) -> Int {
    Int(fragmentField & 0x1FFF) * 8 + index * fragmentSize
  }

  /// Whether other fragments follow fragment `index`.
  internal func hasMoreFragments(after index: Int) -> Bool {
    index != count - 1 || fragmentField & 0x2000 != 0
  }

  internal func payloadRange(of index: Int) -> Range<Int> {
    let start = fragmentableRange.lowerBound + index * fragmentSize
    return start..<Swift.min(start + fragmentSize, fragmentableRange.upperBound)
  }

  /// Length of link and IP headers of fragment `index`, in octets.
  internal func headerLength(of index: Int) -> Int {
    if index > 0 { return laterHeaderLength }
    let isFragment = count > 1 && network.version == .ipv6
    return fragmentableRange.lowerBound + (isFragment ? FragmentationCheck.ipv6HeaderLength : 0)
  }

  /// Length of all fragments together, in octets.
  public var totalFrameLength: Int { outputRange(of: count - 1).upperBound }

  /// Where fragment `index` lies if all fragments are written back to back, in octets.
  ///
  /// - Precondition: `index` is in `0..<count`.
  public func outputRange(of index: Int) -> Range<Int> {
    precondition(index >= 0 && index < count, "fragment index out of range")
    let start =
      index * fragmentSize + (index == 0 ? 0 : headerLength(of: 0))
      + Swift.max(0, index - 1) * laterHeaderLength
    return start..<(start + headerLength(of: index) + payloadRange(of: index).count)
  }
}
